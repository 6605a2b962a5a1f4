//! E-mail files: the text of a letter with its thread, in the encodings of many programs, with proofs attached to a congé.

use super::facts::Span;
use super::mime::{self, Program};
use super::papers::{self, Office, Posted};
use super::texts::Channel;
use super::{Letter, around, base, notice, record};
use crate::corpus::{INBOX, Made};
use crate::draw::Draw;
use crate::sending::{self, SendError};
use crate::world::dates;
use crate::world::text::title;
use serde_json::{Value, json};

/// Most congés that name a proof enclose it; of some the sender forgot it.
const FORGOTTEN_SHARE: f64 = 0.12;

impl Office<'_> {
    /// Makes e-mail `index`.
    ///
    /// # Errors
    /// An attachment that cannot be set.
    pub fn email(&self, index: u64) -> Result<Posted, SendError> {
        let mut draw = Draw::new(self.seed, index, "email file");
        let mut letter = self.electronic(&draw, &mut draw.sister("choice"));
        if draw.chance(FORGOTTEN_SHARE) {
            letter.proofs.clear();
        }
        let email = around::email(&mut letter, &draw);
        let text: String = email.text.iter().map(|run| run.text.as_str()).collect();
        let program = Program::draw(&mut draw);
        let mut attached = Vec::new();
        let mut segments = Vec::new();
        let proofs = letter.proofs.clone();
        for code in &proofs {
            let (name, type_code, lines) = proof(&letter, code, &mut draw);
            let sheets = self.press.set_text(&page(&lines))?;
            let (bytes, _) = sending::native(&sheets, letter.received, &name, &mut draw)?;
            segments.push(json!({"attachment": name, "pages": [1], "type": type_code, "fields": {}}));
            attached.push((name, bytes));
        }
        let subject = record::header_subject(&letter, email.prefix);
        let facts = &letter.facts;
        let mut headers = vec![
            ("From", program.mailbox(email.from_name.as_deref(), &email.from)),
            ("To", program.mailbox(draw.chance(0.5).then_some(facts.landlord.as_str()), &facts.landlord_box)),
        ];
        if let Value::String(subject) = subject {
            headers.push(("Subject", subject));
        }
        headers.push(("Date", mime::date(letter.received, &email.time)));
        headers.push(("Message-ID", draw.pattern("<@@@#####.########@courriel.example>")));
        let bytes = program.file(&headers, &text, &attached, &mut draw);
        let mut fields = record::truth(&letter, &email.text, Some(&email));
        fields.insert("categorie".to_owned(), json!(facts.base.category));
        fields.insert("urgence".to_owned(), json!(facts.base.urgency));
        let known = papers::known(&letter, fields.contains_key("adresse_logement"), &mut draw);
        let mut segment = json!({"pages": [], "type": "courrier", "fields": fields});
        if let Some(conge) = notice::conge(&letter, known) {
            segment["conge"] = conge;
        }
        segments.insert(0, segment);
        let path = format!("{} {:05}.eml", draw.one(&["message", "Courriel", "mail", "RE"]), index + 1);
        let truth = json!({"source": format!("{INBOX}/{path}"), "kind": "eml", "template": null, "case": facts.base.id, "segments": segments});
        let leases = papers::leases(&letter, known, &mut draw);
        Ok(Posted { made: Made { path, bytes, truth, pages: Vec::new() }, leases })
    }

    /// Draws a letter that comes as an e-mail.
    fn electronic(&self, draw: &Draw, choice: &mut Draw) -> Letter<'_> {
        let mut attempt = 0;
        loop {
            let base = base(self.library, self.split, choice);
            let draw = draw.sister(&format!("letter {attempt}"));
            let letter = Letter::write(self.world, self.library, base, Span::long(self.today), &draw);
            if letter.channel == Channel::Email {
                return letter;
            }
            attempt += 1;
        }
    }
}

/// Gives a page of lines for Typst; the first stands out.
fn page(lines: &[String]) -> String {
    let list: Vec<String> = lines.iter().map(|line| Value::from(line.as_str()).to_string()).collect();
    format!(
        "#set page(paper: \"a4\", margin: 25mm)\n#set text(font: \"Liberation Sans\", size: 11pt, lang: \"fr\")\n\
         #set par(spacing: 1.4em)\n#let lignes = ({},)\n#text(14pt, weight: \"bold\", lignes.first())\n\
         #for ligne in lignes.slice(1) {{ par(ligne) }}\n",
        list.join(", ")
    )
}

/// Gives the name, the type and the lines of a proof.
fn proof(letter: &Letter<'_>, code: &str, draw: &mut Draw) -> (String, &'static str, Vec<String>) {
    let facts = &letter.facts;
    let person = if facts.lives_there() { &facts.sender } else { &facts.holders[0] };
    let who = format!("{} {}", person.first(), title(&person.surname));
    let long =
        |days: i32| dates::forms(letter.received.add_days(-days))["long"].as_str().unwrap_or_default().to_owned();
    let (day, earlier) = (long(draw.between(2, 20)), long(draw.between(25, 60)));
    let town = facts.place.commune.name;
    let firm = draw.pick(&facts.library.lexicon.employeurs).clone();
    let (type_code, lines): (&str, Vec<String>) = match code {
        "attestation_employeur" | "contrat_travail" => (
            "contrat_travail",
            vec![
                "Attestation de l'employeur".to_owned(),
                format!("{firm}, {town}"),
                format!(
                    "Nous attestons que {who} est salarié de notre entreprise sous contrat à durée indéterminée depuis le {earlier}."
                ),
                match facts.motive {
                    "mutation_professionnelle" => {
                        format!("Son lieu de travail est transféré par mutation professionnelle à compter du {day}.")
                    }
                    _ => "Il s'agit de son emploi actuel, à temps plein.".to_owned(),
                },
                format!("Fait à {town}, le {day}. La direction des ressources humaines"),
            ],
        ),
        "attestation_caf" => (
            "attestation_caf",
            vec![
                "Caisse d'allocations familiales - Attestation de paiement".to_owned(),
                format!("Allocataire : {who}, numéro {}", draw.pattern("#######")),
                format!("Le {day}, nous attestons que vous avez reçu pour le mois écoulé les prestations suivantes :"),
                match facts.motive {
                    "aah" => "Allocation aux adultes handicapés (AAH) : 1 033,32 €".to_owned(),
                    _ => "Revenu de solidarité active (RSA) : 568,94 €".to_owned(),
                },
                "Le directeur de la Caisse d'allocations familiales".to_owned(),
            ],
        ),
        "attestation_france_travail" => (
            "attestation_france_travail",
            vec![
                "France Travail - Avis de situation".to_owned(),
                format!("{who}, identifiant {}", draw.pattern("#######@")),
                format!("Vous êtes inscrit sur la liste des demandeurs d'emploi depuis le {earlier}, en catégorie 1."),
                format!("Document établi le {day}."),
            ],
        ),
        "decision_justice" => (
            "jugement",
            vec![
                format!("Tribunal judiciaire de {town} - Ordonnance de protection"),
                format!(
                    "Le juge aux affaires familiales, statuant le {earlier} par ordonnance de protection en faveur de {who}, fait interdiction à l'autre partie d'entrer en relation avec elle."
                ),
                "Pour copie certifiée conforme, le greffier".to_owned(),
            ],
        ),
        "lettre_licenciement" => (
            "autre",
            vec![
                "Notification de licenciement pour motif économique".to_owned(),
                format!("{firm}, {town}, le {earlier}"),
                format!(
                    "{who}, nous sommes contraints de vous notifier la rupture de votre contrat de travail. Votre poste est supprimé."
                ),
                "La direction".to_owned(),
            ],
        ),
        "certificat_medical" => (
            "autre",
            vec![
                "Certificat médical".to_owned(),
                format!(
                    "Je soussigné, docteur en médecine à {town}, certifie que l'état de santé de {who} justifie un changement de domicile."
                ),
                format!("Fait le {day} et remis en main propre."),
            ],
        ),
        "attribution_logement" => (
            "autre",
            vec![
                "Attribution d'un logement social".to_owned(),
                format!(
                    "{who}, la commission d'attribution réunie le {earlier} vous attribue un logement à {}.",
                    facts.place.commune.name
                ),
                "Nous vous remercions de nous confirmer votre accord sous dix jours.".to_owned(),
            ],
        ),
        "depot_plainte" => (
            "autre",
            vec![
                "Procès-verbal - Dépôt de plainte".to_owned(),
                format!(
                    "Le {earlier}, devant nous, officier de police judiciaire, se présente {who}, qui dépose plainte pour violences par conjoint."
                ),
                "Lecture faite, la personne signe avec nous le présent.".to_owned(),
            ],
        ),
        _ => ("autre", vec!["Justificatif".to_owned(), format!("Document remis à {who}, {town}, le {day}.")]),
    };
    let name = format!("{}{}.pdf", code, draw.one(&["", "_scan", "_1", "-signe"]));
    (name, type_code, lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_typst_escapes_what_it_says() {
        let page = page(&["Titre « a »".to_owned(), "dit \"oui\" \\ #non".to_owned()]);
        assert!(page.contains("(\"Titre « a »\", \"dit \\\"oui\\\" \\\\ #non\",)"), "{page}");
    }
}
