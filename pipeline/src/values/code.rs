//! Codes (policy numbers, SIRET, IBAN...) and their check digits (facts F.1).
