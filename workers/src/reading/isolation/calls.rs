//! System calls by list: what reading needs is allowed, what no reader ever does kills, everything else is refused.
//!
//! The list was made by following a child over PDFs, photos and scans with `strace`: once its models are loaded a reader
//! computes, asks for memory and talks to its socket. It opens nothing, so there is no call that opens.

use super::Layer;
use libc::{MAP_ANONYMOUS, PROT_EXEC, RLIMIT_CPU};
use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch, apply_filter_all_threads,
};
use std::collections::BTreeMap;

/// Calls of a reader, whatever their arguments. None takes a path, a process or an address.
const ALLOWED: &[i64] = &[
    libc::SYS_brk,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_close,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_fstat,
    libc::SYS_futex,
    libc::SYS_getpid,
    libc::SYS_getrandom,
    libc::SYS_gettid,
    libc::SYS_gettimeofday,
    libc::SYS_lseek,
    libc::SYS_madvise,
    libc::SYS_mremap,
    libc::SYS_munmap,
    libc::SYS_nanosleep,
    libc::SYS_read,
    libc::SYS_recvfrom,
    libc::SYS_restart_syscall,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sched_getaffinity,
    libc::SYS_sched_yield,
    libc::SYS_sigaltstack,
    libc::SYS_write,
    libc::SYS_writev,
];

/// Calls that only somebody who has taken a reader over would try: they end it, and the parent sees why.
const DEADLY: &[i64] = &[
    libc::SYS_add_key,
    libc::SYS_bind,
    libc::SYS_bpf,
    libc::SYS_chroot,
    libc::SYS_connect,
    libc::SYS_delete_module,
    libc::SYS_execve,
    libc::SYS_execveat,
    libc::SYS_finit_module,
    libc::SYS_init_module,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_io_uring_setup,
    libc::SYS_kexec_load,
    libc::SYS_keyctl,
    libc::SYS_listen,
    libc::SYS_mount,
    libc::SYS_open_by_handle_at,
    libc::SYS_perf_event_open,
    libc::SYS_pidfd_getfd,
    libc::SYS_pivot_root,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_ptrace,
    libc::SYS_reboot,
    libc::SYS_request_key,
    libc::SYS_setns,
    libc::SYS_umount2,
    libc::SYS_unshare,
    libc::SYS_userfaultfd,
];

/// Leaves this process the calls of the list.
pub(super) fn enter() -> Layer {
    match restrict() {
        Ok(count) => Layer::Up(format!("{count} autorisés, seccomp")),
        Err(error) => Layer::Missing(format!("seccomp : {error}")),
    }
}

fn restrict() -> Result<usize, seccompiler::Error> {
    let arch = TargetArch::try_from(std::env::consts::ARCH)?;
    let list = allowed(std::process::id())?;
    let count = list.len();
    let refuse = SeccompAction::Errno(libc::EPERM as u32);
    let list: BpfProgram = SeccompFilter::new(list, refuse, SeccompAction::Allow, arch)?.try_into()?;
    let deadly = DEADLY.iter().map(|&call| (call, Vec::new())).collect();
    let deadly: BpfProgram =
        SeccompFilter::new(deadly, SeccompAction::Allow, SeccompAction::KillProcess, arch)?.try_into()?;
    // Of two filters the kernel takes the sterner word; the second could not be installed once the list stands.
    apply_filter_all_threads(&deadly)?;
    apply_filter_all_threads(&list)?;
    Ok(count)
}

/// Builds the list: calls that are allowed as they are, then those that are allowed with some arguments.
fn allowed(itself: u32) -> Result<BTreeMap<i64, Vec<SeccompRule>>, BackendError> {
    let mut list: BTreeMap<i64, Vec<SeccompRule>> = ALLOWED.iter().map(|&call| (call, Vec::new())).collect();
    let not_executable = || condition(2, SeccompCmpOp::MaskedEq(PROT_EXEC as u64), 0);
    // Memory, but none that holds code, and none that is a file.
    let anonymous = condition(3, SeccompCmpOp::MaskedEq(MAP_ANONYMOUS as u64), MAP_ANONYMOUS as u64)?;
    list.insert(libc::SYS_mmap, vec![SeccompRule::new(vec![not_executable()?, anonymous])?]);
    list.insert(libc::SYS_mprotect, vec![SeccompRule::new(vec![not_executable()?])?]);
    // Answers on its own socket, to no address.
    let nobody = SeccompCondition::new(4, SeccompCmpArgLen::Qword, SeccompCmpOp::Eq, 0)?;
    list.insert(libc::SYS_sendto, vec![SeccompRule::new(vec![nobody])?]);
    // `abort` signals itself; nobody else is signalled.
    let ours = condition(0, SeccompCmpOp::Eq, u64::from(itself))?;
    list.insert(libc::SYS_tgkill, vec![SeccompRule::new(vec![ours])?]);
    // Its own processor time, which every page is given anew.
    let own = condition(0, SeccompCmpOp::Eq, 0)?;
    let time = condition(1, SeccompCmpOp::Eq, u64::from(RLIMIT_CPU))?;
    list.insert(libc::SYS_prlimit64, vec![SeccompRule::new(vec![own, time])?]);
    Ok(list)
}

fn condition(argument: u8, operator: SeccompCmpOp, value: u64) -> Result<SeccompCondition, BackendError> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, operator, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_opens_starts_or_reaches_out_is_allowed() {
        let list = allowed(1).unwrap();
        let outward = [
            libc::SYS_openat,
            libc::SYS_openat2,
            libc::SYS_newfstatat,
            libc::SYS_readlinkat,
            libc::SYS_getdents64,
            libc::SYS_socket,
            libc::SYS_socketpair,
            libc::SYS_sendmsg,
            libc::SYS_recvmsg,
            libc::SYS_clone,
            libc::SYS_clone3,
            libc::SYS_kill,
            libc::SYS_tkill,
            libc::SYS_memfd_create,
            libc::SYS_ioctl,
            libc::SYS_prctl,
        ];
        let allowed: Vec<i64> = outward.into_iter().filter(|call| list.contains_key(call)).collect();
        assert_eq!(allowed, Vec::<i64>::new());
        let both: Vec<&i64> = DEADLY.iter().filter(|call| list.contains_key(call)).collect();
        assert_eq!(both, Vec::<&i64>::new());
    }
}
