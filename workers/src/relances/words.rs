//! What people say for what is decided: reasons, states, channels.

use crate::store::relances::State;
use guichet_pipeline::relance::Reason;

/// Gives what people say for a reason to wait.
pub(crate) fn reason(reason: Reason) -> String {
    let words = match reason {
        Reason::PieceEnAttente => "une pièce du locataire attend d'être lue ou revue",
        Reason::Deces => "décès d'un locataire",
        Reason::CourrierAVoir => "un courrier du locataire est à voir par un agent",
        Reason::CongeProche => "congé qui prend fin bientôt",
        Reason::VoieAChoisir => "voie juridique à choisir",
        Reason::AccordAttendu => "accord d'un agent attendu",
        Reason::ActeAFaire => "acte à faire par un agent",
        Reason::NonDistribuee => "un courrier est revenu",
        Reason::PreuveAttendue => "preuve de réception attendue",
        Reason::Couvert => "l'attestation est arrivée",
        Reason::PlusDu => "plus rien n'est dû",
        Reason::EtapeDepassee => "l'étape est dépassée",
        other => {
            let code = serde_json::to_value(other).unwrap_or_default();
            return code.as_str().unwrap_or_default().replace('_', " ");
        }
    };
    words.to_owned()
}

/// Gives what people say for a state.
pub(crate) fn state(state: State) -> &'static str {
    match state {
        State::Decided => "décidée",
        State::Ready => "prête",
        State::InFlight => "en cours",
        State::HandedOver => "remise",
        State::Delivered => "acheminée",
        State::Undelivered => "non distribuée",
        State::Cancelled => "annulée",
        State::Withheld => "retenue",
        State::Doubt => "en doute",
    }
}

/// Gives what people say for a channel.
pub(crate) fn channel(code: &str) -> &str {
    match code {
        "lettre" => "courrier simple",
        "lrar" => "lettre recommandée",
        "lre" => "recommandé électronique",
        "commissaire_de_justice" => "commissaire de justice",
        other => other,
    }
}
