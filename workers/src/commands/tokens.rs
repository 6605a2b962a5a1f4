//! `guichet tokens`: who may ask for what over HTTP.

use super::args::{PlaceArgs, TokensCommand};
use crate::api::{Scope, Token, Tokens, forget_token, issue_token};
use crate::settings::Settings;
use crate::stop::Stop;
use std::path::PathBuf;

/// Runs `guichet tokens`.
pub(crate) fn run(asked: &TokensCommand) -> Result<(), Stop> {
    match asked {
        TokensCommand::Add(asked) => {
            let secret = issue_token(&file(&asked.place)?, &asked.name, &asked.scopes, asked.until)?;
            println!("{secret}");
            eprintln!("guichet : ce jeton n'est montré qu'une fois ; le garder comme un mot de passe");
            Ok(())
        }
        TokensCommand::List(place) => {
            for Token { nom, droits, jusqu_au, .. } in Tokens::of(&file(place)?).all()? {
                let scopes: Vec<&str> = droits.into_iter().map(Scope::name).collect();
                println!("{nom:<24} {:<44} {}", scopes.join(","), jusqu_au.unwrap_or_default());
            }
            Ok(())
        }
        TokensCommand::Remove(asked) => {
            if forget_token(&file(&asked.place)?, &asked.name)? {
                return Ok(());
            }
            Err(Stop::usage(format!("il n'y a pas de jeton « {} »", asked.name)))
        }
    }
}

fn file(place: &PlaceArgs) -> Result<PathBuf, Stop> {
    Ok(Settings::load(place.config.as_deref())?.api.jetons)
}
