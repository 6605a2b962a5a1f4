//! After the parent, with words: answers too long, lying, malformed, doubled, or none.

use super::{Attempt, Attempted, End, Targets};
use guichet_pipeline::document::{Fault, FaultCode, Format, Legibility, Metadata, ReadDocument, ReadPage};
use guichet_pipeline::geometry::Rect;
use guichet_pipeline::text::{Line, Origin, TextLayer, Word};
use guichet_workers::reading::protocol::{Kind, Told, tell, write_frame};
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::time::Duration;

const fn stopped(name: &'static str, code: FaultCode, run: fn(&Targets) -> Attempted) -> Attempt {
    Attempt { name, end: End::Stopped(code), run }
}

/// More than anyone reads.
const FLOOD: usize = 200 * 1024 * 1024;

pub(super) const ATTEMPTS: &[Attempt] = &[
    stopped("reponse_enorme", FaultCode::TropVolumineux, |t| {
        said(write_frame(&mut mouth(), t.question(), Kind::Told, (0, 0), &vec![b'x'; FLOOD]))
    }),
    stopped("longueur_enorme", FaultCode::TropVolumineux, |t| said(header(t.question(), Kind::Told as u32, u64::MAX))),
    stopped("longueur_puis_silence", FaultCode::DelaiDepasse, |t| {
        said(header(t.question(), Kind::Told as u32, 1000))?;
        std::thread::sleep(Duration::from_secs(3600));
        Ok("dormi".to_owned())
    }),
    stopped("longueur_puis_fin", FaultCode::FichierCorrompu, |t| {
        said(header(t.question(), Kind::Told as u32, 1000))?;
        std::process::exit(0)
    }),
    stopped("reponse_a_une_autre_question", FaultCode::FichierCorrompu, |t| {
        said(write_frame(&mut mouth(), t.question().wrapping_add(1), Kind::Told, (0, 0), READY.as_bytes()))
    }),
    stopped("genre_inconnu", FaultCode::FichierCorrompu, |t| said(header(t.question(), 77, 0))),
    stopped("pas_une_trame", FaultCode::FichierCorrompu, |_| said(mouth().write_all(&[b'?'; 64]))),
    stopped("question", FaultCode::FichierCorrompu, |t| {
        said(write_frame(&mut mouth(), t.question(), Kind::Read, (1, 8), b"%PDF-"))
    }),
    stopped("json_casse", FaultCode::FichierCorrompu, |t| {
        said(write_frame(&mut mouth(), t.question(), Kind::Told, (0, 0), b"{\"document\":"))
    }),
    stopped("json_profond", FaultCode::FichierCorrompu, |t| {
        said(write_frame(&mut mouth(), t.question(), Kind::Told, (0, 0), "[".repeat(1_000_000).as_bytes()))
    }),
    stopped("image_au_lieu_de_mots", FaultCode::FichierCorrompu, |t| {
        said(write_frame(&mut mouth(), t.question(), Kind::Drawn, (1, 1), &[0, 0, 0]))
    }),
    stopped("image_menteuse", FaultCode::FichierCorrompu, |t| {
        said(write_frame(&mut mouth(), t.question(), Kind::Drawn, (u32::MAX, u32::MAX), &[0, 0, 0]))
    }),
    stopped("pages_jamais_finies", FaultCode::FichierCorrompu, |t| {
        loop {
            if write_frame(&mut mouth(), t.question(), Kind::Begun, (2, 0), &[]).is_err() {
                return Err("coupé".to_owned());
            }
        }
    }),
    stopped("pages_d_ailleurs", FaultCode::FichierCorrompu, |t| {
        said(tell(&mut mouth(), t.question(), &Told::Document(document(7, 99))))
    }),
    stopped("pages_sans_nombre", FaultCode::FichierCorrompu, |t| {
        said(tell(&mut mouth(), t.question(), &Told::Document(document(u32::MAX, 1))))
    }),
    stopped("boites_a_l_infini", FaultCode::FichierCorrompu, |t| {
        let mut document = document(1, 1);
        document.pages[0].layer.lines.push(line("Contrat", 1e30));
        said(tell(&mut mouth(), t.question(), &Told::Document(document)))
    }),
    stopped("mots_sans_fin", FaultCode::FichierCorrompu, |t| {
        let mut document = document(1, 1);
        document.pages[0].layer.lines = vec![line("Contrat", 0.1); 100_000];
        said(tell(&mut mouth(), t.question(), &Told::Document(document)))
    }),
    stopped("phrase_sans_fin", FaultCode::FichierCorrompu, |t| {
        let fault = Fault::new(FaultCode::FormatInconnu, "x".repeat(1_000_000));
        said(tell(&mut mouth(), t.question(), &Told::Fault(fault)))
    }),
    stopped("phrase_qui_efface_l_ecran", FaultCode::FichierCorrompu, |t| {
        let fault = Fault::new(FaultCode::FormatInconnu, "\u{1b}[2Jtout va bien\n{\"schema\":1}");
        said(tell(&mut mouth(), t.question(), &Told::Fault(fault)))
    }),
    stopped("fermer", FaultCode::FichierCorrompu, |_| {
        // Closes what it speaks through and lives on.
        for descriptor in 0..16 {
            let _ = nix::unistd::close(descriptor);
        }
        std::thread::sleep(Duration::from_secs(3600));
        Ok("dormi".to_owned())
    }),
    stopped("pret_a_nouveau", FaultCode::FichierCorrompu, |t| {
        said(write_frame(&mut mouth(), t.question(), Kind::Told, (0, 0), READY.as_bytes()))
    }),
    // The answer that counts is followed by one for a question that nobody has asked yet.
    Attempt {
        name: "deux_reponses",
        end: End::Harmless,
        run: |t| {
            let mine = Fault::new(FaultCode::FormatInconnu, "deux_reponses : refusé : la première compte");
            said(tell(&mut mouth(), t.question(), &Told::Fault(mine)))?;
            Ok("deux fois".to_owned())
        },
    },
    Attempt {
        name: "bavarder",
        end: End::Harmless,
        run: |_| {
            let line = [b'x'; 4096];
            for _ in 0..FLOOD / line.len() {
                io::stderr().write_all(&line).map_err(|error| error.to_string())?;
            }
            Err("la parole est lue et oubliée".to_owned())
        },
    },
];

/// What a child says when it starts; said again it is out of place.
const READY: &str =
    r#"{"ready":{"namespaces":{"up":""},"files":{"up":""},"calls":{"up":""},"privileges":{"up":""},"setup_us":0}}"#;

/// What a child speaks through: its standard input, which is a socket.
fn mouth() -> impl Write {
    struct Mouth;
    impl Write for Mouth {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            nix::unistd::write(io::stdin().as_fd(), bytes).map_err(io::Error::from)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    Mouth
}

fn header(question: u64, kind: u32, length: u64) -> io::Result<()> {
    let mut header = b"GCH1".to_vec();
    header.extend(kind.to_le_bytes());
    header.extend([0; 8]);
    header.extend(length.to_le_bytes());
    header.extend(question.to_le_bytes());
    mouth().write_all(&header)
}

/// Whatever the write gave, silence follows: the lie itself must end the conversation.
fn said(written: io::Result<()>) -> Attempted {
    written.map(|()| "dit".to_owned()).map_err(|error| error.to_string())
}

fn line(text: &str, right: f32) -> Line {
    let rect = Rect { x0: 0.0, y0: 0.0, x1: right, y1: 0.1 };
    Line { words: vec![Word { text: text.to_owned(), rect, confidence: 1.0 }], rect }
}

fn document(page_count: u32, number: u32) -> ReadDocument {
    let page =
        ReadPage::new(number, 0.7, TextLayer::empty(Origin::Native), Legibility { confidence: 1.0, ink_covered: 1.0 });
    ReadDocument {
        format: Format::Pdf,
        page_count,
        pages: vec![page],
        signs: Vec::new(),
        metadata: Metadata::default(),
        message: None,
        attachments: Vec::new(),
        read_ms: 0,
        ocr_ms: 0,
    }
}
