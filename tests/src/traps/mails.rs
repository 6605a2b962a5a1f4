//! E-mails made to do harm: parts without end, parts inside parts, encodings that lie, names that climb.

use super::Trap;
use crate::mails::base64;
use crate::papers::attestation;

pub(super) fn traps() -> Vec<Trap> {
    let head = "From: Moi <moi@courriel.example>\r\nSubject: Test\r\nDate: Mon, 23 Nov 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\n";
    let mail = |rest: String| format!("{head}{rest}").into_bytes();
    let paper = base64(&attestation("HAB4598765"));
    let mut traps = vec![
        Trap::named("courriel_sans_corps.eml", mail("\r\n".to_owned())),
        Trap::named(
            "courriel_sans_fin.eml",
            mail("Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n".to_owned()),
        ),
        Trap::named("courriel_sans_bord.eml", mail("Content-Type: multipart/mixed\r\n\r\nBonjour\r\n".to_owned())),
        Trap::named("courriel_dans_courriel.eml", mail(nested(head, 200))),
        Trap::named("courriel_parties_en_abyme.eml", mail(inside(3000))),
        Trap::named("courriel_cent_pieces.eml", mail(many(100, &paper))),
        Trap::named("courriel_texte_de_10_mo.eml", mail(format!("\r\n{}", "mot ".repeat(2_500_000)))),
        Trap::named(
            "courriel_ligne_de_5_mo.eml",
            mail(format!("X-Long: {}\r\n\r\nBonjour\r\n", "a".repeat(5_000_000))),
        ),
        Trap::named(
            "courriel_jeu_inconnu.eml",
            mail("Content-Type: text/plain; charset=klingon\r\n\r\nBonjour \u{1}\u{2}\r\n".to_owned()),
        ),
        Trap::named(
            "courriel_base64_faux.eml",
            mail(
                "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n@@@@ pas du base64 @@@@\r\n"
                    .to_owned(),
            ),
        ),
        Trap::named(
            "courriel_page_sans_fin.eml",
            mail(format!("Content-Type: text/html\r\n\r\n{}", "<div>".repeat(400_000))),
        ),
        Trap::named("courriel_nom_qui_monte.eml", mail(attached("../../../../etc/passwd", &paper))),
        Trap::named("courriel_piece_abimee.eml", mail(attached("a.pdf", "JVBERi0xLjc="))),
        Trap::named(
            "courriel_date_folle.eml",
            b"From: a@b.example\r\nSubject: x\r\nDate: Mon, 99 Xyz 99999 99:99:99 +9999\r\n\r\nBonjour\r\n".to_vec(),
        ),
    ];
    traps.push(Trap::named(
        "courriel_bruit.eml",
        mail("Content-Type: multipart/mixed; boundary=x\r\n\r\n".to_owned() + &noise()),
    ));
    traps
}

fn attached(name: &str, base64: &str) -> String {
    format!(
        "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nBonjour\r\n{}--x--\r\n",
        piece(name, base64)
    )
}

fn piece(name: &str, base64: &str) -> String {
    format!(
        "--x\r\nContent-Type: application/pdf; name=\"{name}\"\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{base64}\r\n"
    )
}

fn many(count: usize, base64: &str) -> String {
    let pieces: String = (0..count).map(|at| piece(&format!("{at}.pdf"), base64)).collect();
    format!("Content-Type: multipart/mixed; boundary=x\r\n\r\n{pieces}--x--\r\n")
}

/// A message in a message in a message.
fn nested(head: &str, depth: usize) -> String {
    let levels = format!("Content-Type: message/rfc822\r\n\r\n{head}").repeat(depth);
    format!("{levels}Content-Type: text/plain\r\n\r\nBonjour\r\n")
}

/// Parts inside parts.
fn inside(depth: usize) -> String {
    let levels: String =
        (0..depth).map(|at| format!("Content-Type: multipart/mixed; boundary=b{at}\r\n\r\n--b{at}\r\n")).collect();
    format!("{levels}Content-Type: text/plain\r\n\r\nBonjour\r\n")
}

fn noise() -> String {
    (0..40_000u32).map(|at| char::from(32 + (at.wrapping_mul(2_654_435_761) >> 25) as u8 % 90)).collect()
}
