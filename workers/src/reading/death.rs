//! What the end of a child says of the file that it was reading.

use guichet_pipeline::document::{Fault, FaultCode};
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

/// The signal of a spent processor time limit, the same on Linux x86 and ARM.
const SIGXCPU: i32 = 24;
/// A system call that the child's walls do not forgive, the same on Linux x86 and ARM.
const SIGSYS: i32 = 31;
/// Sent by nobody here but the kernel, when the machine has no memory left.
const SIGKILL: i32 = 9;
/// What Rust, C++ and C libraries print when an allocation is refused.
const OUT_OF_MEMORY: &[&str] = &["memory allocation of", "bad_alloc", "cannot allocate memory", "out of memory"];

/// Gives the fault of a file whose reader died by itself, from how it ended and what it last printed.
pub(super) fn fault(status: ExitStatus, printed: &str) -> Fault {
    let printed = printed.to_lowercase();
    if status.signal() == Some(SIGXCPU) {
        return overrun();
    }
    if status.signal() == Some(SIGSYS) {
        return Fault::new(
            FaultCode::FichierCorrompu,
            "le fichier a tenté de sortir de la lecture et a été arrêté : ne pas l'ouvrir sur un poste, le transmettre à \
             l'équipe informatique",
        );
    }
    if status.signal() == Some(SIGKILL) || OUT_OF_MEMORY.iter().any(|words| printed.contains(words)) {
        return Fault::new(
            FaultCode::TropVolumineux,
            "la lecture du fichier demande plus de mémoire que la limite : le redemander dans un format plus simple \
             ou relever lecture.memoire_max",
        );
    }
    broken()
}

/// Gives the fault of a file that takes too long.
pub(super) fn overrun() -> Fault {
    Fault::new(
        FaultCode::DelaiDepasse,
        "la lecture du fichier dépasse le délai accordé : le redemander dans un format plus simple ou relever \
         lecture.delai_page_s",
    )
}

/// Gives the fault of a file that no reader survives.
pub(super) fn broken() -> Fault {
    Fault::new(
        FaultCode::FichierCorrompu,
        "le fichier est endommagé au point d'arrêter la lecture : le redemander à l'expéditeur",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_and_what_they_say() {
        const SIGABRT: i32 = 6;
        let cases = [
            (SIGXCPU, "", FaultCode::DelaiDepasse),
            (SIGKILL, "", FaultCode::TropVolumineux),
            (SIGABRT, "memory allocation of 2147483648 bytes failed\n", FaultCode::TropVolumineux),
            (SIGABRT, "terminate called after throwing an instance of 'std::bad_alloc'", FaultCode::TropVolumineux),
            (SIGABRT, "thread 'main' has overflowed its stack", FaultCode::FichierCorrompu),
            (11, "", FaultCode::FichierCorrompu),
            (SIGSYS, "", FaultCode::FichierCorrompu),
            // A plain exit with code 101: a panic.
            (101 << 8, "thread 'main' panicked at src/lib.rs", FaultCode::FichierCorrompu),
        ];
        for (status, printed, expected) in cases {
            assert_eq!(fault(ExitStatus::from_raw(status), printed).code, expected, "{status} {printed}");
        }
    }
}
