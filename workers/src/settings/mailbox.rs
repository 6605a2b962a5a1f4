//! A mailbox that is watched: where it is, who asks, what becomes of a message that was taken in.

use crate::notify::relay::Encryption;
use crate::store::Place;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// Servers end a connection that says nothing for half an hour.
const LONGEST_WAIT_S: u64 = 1500;

/// What becomes of a message that was taken in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum After {
    /// It goes into another folder.
    #[default]
    Deplacer,
    /// It stays where it is, with a mark.
    Marquer,
}

/// A mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MailboxSettings {
    /// The host of the server.
    pub hote: String,
    /// Its port; 0 for the usual one.
    pub port: u16,
    /// How the way to it is encrypted.
    pub chiffrement: Encryption,
    /// The user.
    pub utilisateur: String,
    /// Where the password is: `file:PATH` or `env:NAME`.
    pub mot_de_passe: Place,
    /// Where the OAuth2 token is, in place of a password.
    pub jeton: Place,
    /// The folder that is watched.
    pub dossier: String,
    /// Seconds between two looks.
    pub intervalle_s: u64,
    /// What becomes of a message that was taken in.
    pub apres: After,
    /// The folder for messages that were taken in.
    pub traites: String,
    /// The folder for messages that cannot be.
    pub refuses: String,
}

impl Default for MailboxSettings {
    fn default() -> Self {
        Self {
            hote: String::new(),
            port: 0,
            chiffrement: Encryption::Tls,
            utilisateur: String::new(),
            mot_de_passe: Place::default(),
            jeton: Place::default(),
            dossier: "INBOX".to_owned(),
            intervalle_s: 60,
            apres: After::Deplacer,
            traites: "Guichet/Traité".to_owned(),
            refuses: "Guichet/Refusé".to_owned(),
        }
    }
}

impl MailboxSettings {
    /// Gives the port, the usual one where none is set.
    pub fn port(&self) -> u16 {
        match (self.port, self.chiffrement) {
            (0, Encryption::Tls) => 993,
            (0, _) => 143,
            (port, _) => port,
        }
    }

    /// Names the mailbox, for people.
    pub fn name(&self) -> String {
        let Self { utilisateur, hote, dossier, .. } = self;
        format!("{utilisateur} sur {hote}, dossier {dossier}")
    }

    /// Says what is wrong with these settings, and what to write instead.
    ///
    /// # Errors
    /// When there is something.
    pub(super) fn check(&self) -> Result<(), String> {
        let refused = |problem: &str| Err(problem.to_owned());
        if self.hote.is_empty() || self.utilisateur.is_empty() || self.dossier.is_empty() {
            return refused("hote, utilisateur et dossier : les trois sont nécessaires");
        }
        if self.chiffrement == Encryption::Aucun && !self.is_on_this_machine() {
            return refused("chiffrement = \"aucun\" : seulement si hote est cette machine ; écrire tls ou starttls");
        }
        let (password, token) = (&self.mot_de_passe, &self.jeton);
        if (password == &Place::default()) == (token == &Place::default()) {
            return refused("donner mot_de_passe ou jeton, l'un des deux");
        }
        for place in [password, token] {
            // What was written may be the secret itself: it is not shown.
            if place != &Place::default() && (!["file", "env"].contains(&place.scheme()) || place.path().is_empty()) {
                return refused(
                    "mot_de_passe et jeton : écrire file:CHEMIN ou env:VARIABLE, jamais le secret lui-même",
                );
            }
        }
        if !(1..=LONGEST_WAIT_S).contains(&self.intervalle_s) {
            return Err(format!("intervalle_s : donner une valeur entre 1 et {LONGEST_WAIT_S}"));
        }
        // Moved into itself, a message would come again for ever.
        if [&self.traites, &self.refuses].iter().any(|folder| folder.is_empty() || **folder == self.dossier) {
            return refused("traites et refuses : deux dossiers autres que celui qui est relevé");
        }
        let words = [&self.hote, &self.utilisateur, &self.dossier, &self.traites, &self.refuses];
        if words.iter().any(|words| words.chars().any(char::is_control)) {
            return refused("hote, utilisateur et dossiers : sans saut de ligne ni caractère de commande");
        }
        Ok(())
    }

    fn is_on_this_machine(&self) -> bool {
        self.hote == "localhost" || self.hote.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

#[cfg(test)]
mod tests {
    use super::MailboxSettings;
    use crate::settings::{DEFAULT, Settings};

    const GOOD: &str = "[[boites]]\nhote = \"imap.exemple.fr\"\nutilisateur = \"accueil\"\nmot_de_passe = \"env:P\"\n";

    #[test]
    fn the_settings_that_ship_tell_every_key_and_its_default() {
        let lines = DEFAULT.lines().skip_while(|line| *line != "# [[boites]]").take_while(|line| !line.is_empty());
        let told: String = lines.map(|line| format!("{}\n", line.strip_prefix("# ").unwrap_or(line))).collect();
        let told: toml::Value = toml::from_str(&told).unwrap();
        assert_eq!(told["boites"][0], toml::Value::try_from(MailboxSettings::default()).unwrap());
    }

    #[test]
    fn mistakes_are_told_with_their_line_and_never_the_secret() {
        let cases = [
            ("hote = \"imap.exemple.fr\"\n", "c.toml:5: [[boites]] : hote, utilisateur"),
            (
                "hote = \"imap.exemple.fr\"\nutilisateur = \"a\"\nmot_de_passe = \"hunter2\"\n",
                "c.toml:5: [[boites]] : mot_de_passe et jeton : écrire file:",
            ),
            (
                "hote = \"imap.exemple.fr\"\nutilisateur = \"a\"\n",
                "c.toml:5: [[boites]] : donner mot_de_passe ou jeton",
            ),
            (
                "hote = \"imap.exemple.fr\"\nutilisateur = \"a\"\njeton = \"env:J\"\nchiffrement = \"aucun\"\n",
                "c.toml:5: [[boites]] : chiffrement",
            ),
            (
                "hote = \"h\"\nutilisateur = \"a\"\njeton = \"env:J\"\ntraites = \"INBOX\"\n",
                "c.toml:5: [[boites]] : traites et refuses",
            ),
            ("hot = \"h\"\n", "c.toml:6: clé inconnue « hot », vouliez-vous écrire « hote » ?"),
            ("chiffrement = \"ssl\"\n", "c.toml:6: réglage mal écrit"),
        ];
        for (text, expected) in cases {
            let refusal = Settings::parse("c.toml", &format!("{GOOD}[[boites]]\n{text}")).expect_err("it is wrong");
            assert!(refusal.starts_with(expected) && !refusal.contains("hunter2"), "{refusal}");
        }
    }

    #[test]
    fn a_mailbox_of_this_machine_needs_no_encryption() {
        for host in ["127.0.0.1", "::1", "localhost"] {
            let text = GOOD.replace("imap.exemple.fr", host) + "chiffrement = \"aucun\"\n";
            let settings = Settings::parse("c.toml", &text).unwrap();
            assert_eq!(settings.boites[0].port(), 143);
        }
        assert_eq!(Settings::parse("c.toml", GOOD).unwrap().boites[0].port(), 993);
    }
}
