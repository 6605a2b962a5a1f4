//! E-mails made by hand.

/// Bytes of base64 in one line.
const LINE: usize = 76;

/// Writes a message with a few words and a paper attached.
pub fn with_paper(from: &str, words: &str, paper: &[u8]) -> Vec<u8> {
    let paper = base64(paper);
    let message = format!(
        "From: {from}\r\nTo: accueil@bailleur.example\r\nSubject: Mon attestation\r\nDate: Mon, 23 Nov 2026 10:00:00 +0100\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n\
         --x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{words}\r\n\
         --x\r\nContent-Type: application/pdf; name=\"attestation.pdf\"\r\n\
         Content-Disposition: attachment; filename=\"attestation.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\n\
         {paper}\r\n--x--\r\n"
    );
    message.into_bytes()
}

/// Writes bytes as mail carries them.
pub fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for (number, chunk) in bytes.chunks(3).enumerate() {
        if number > 0 && (number * 4).is_multiple_of(LINE) {
            out.push_str("\r\n");
        }
        let at = |i: usize| u32::from(chunk.get(i).copied().unwrap_or_default());
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for i in 0..4 {
            let letter = char::from(LETTERS[(bits >> (18 - 6 * i) & 63) as usize]);
            out.push(if i <= chunk.len() { letter } else { '=' });
        }
    }
    out
}
