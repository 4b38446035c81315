//! What the parsing child takes from itself before it reads a single byte: memory, files, rights, network, system calls.
//! Best effort: each limit that the system does not offer is missing in the [`Shield`], and the others hold.
//!
//! The only unsafe code of the crate: these calls have no safe form in the standard library.

use super::shield::Shield;

/// Address space in bytes. A mail of 64 MiB whose content is encrypted is held a few times over while it is opened.
#[cfg(target_os = "linux")]
const MEMORY_BYTES: libc::rlim_t = 1 << 30;
/// Standard input, output and error: there is nothing else to open.
#[cfg(target_os = "linux")]
const FILES: libc::rlim_t = 3;

/// Shields this process. To be called first thing in `main`.
#[cfg(target_os = "linux")]
pub(super) fn shield() -> Shield {
    close_inherited();
    // The working directory would keep a file system busy; where it cannot be left, the filter still keeps all files closed.
    let _ = std::env::set_current_dir("/");
    let no_new_privileges = set(libc::PR_SET_NO_NEW_PRIVS, 1);
    let own_network = leave_network();
    Shield {
        memory: limit(libc::RLIMIT_AS, MEMORY_BYTES),
        files: limit(libc::RLIMIT_NOFILE, FILES) & limit(libc::RLIMIT_FSIZE, 0) & limit(libc::RLIMIT_CORE, 0),
        no_new_privileges,
        own_network,
        // After the change of name space, which would undo both.
        not_traceable: set(libc::PR_SET_DUMPABLE, 0),
        dies_with_parent: set(libc::PR_SET_PDEATHSIG, unsigned(libc::SIGKILL)),
        // Last: it lets none of the above through.
        filter: filter_calls(),
    }
}

/// Elsewhere than on Linux a child process is all there is.
#[cfg(not(target_os = "linux"))]
pub(super) fn shield() -> Shield {
    Shield::default()
}

#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "close_range(2) takes numbers only; no object of this process owns a descriptor above 2 yet")]
fn close_inherited() {
    // An old kernel does not know it; then the parent's close-on-exec flags have to do.
    unsafe { libc::syscall(libc::SYS_close_range, 3u32, u32::MAX, 0u32) };
}

#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "setrlimit(2) reads one struct that outlives the call")]
fn limit(resource: libc::__rlimit_resource_t, most: libc::rlim_t) -> bool {
    let limit = libc::rlimit { rlim_cur: most, rlim_max: most };
    unsafe { libc::setrlimit(resource, &raw const limit) == 0 }
}

#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "these options of prctl(2) take one number and no pointer")]
fn set(option: libc::c_int, value: libc::c_ulong) -> bool {
    unsafe { libc::prctl(option, value, 0u64, 0u64, 0u64) == 0 }
}

/// A user name space makes it possible without rights; with rights it works without one.
#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "unshare(2) takes one number; no thread has been started that could be surprised")]
fn leave_network() -> bool {
    unsafe { libc::unshare(libc::CLONE_NEWUSER | libc::CLONE_NEWNET | libc::CLONE_NEWIPC) == 0 || libc::unshare(libc::CLONE_NEWNET) == 0 }
}

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
#[expect(unsafe_code, reason = "seccomp(2) copies the program, which outlives the call and whose length is its own")]
fn filter_calls() -> bool {
    let mut lines = super::filter::program(std::process::id());
    let Ok(len) = u16::try_from(lines.len()) else { return false };
    let program = libc::sock_fprog { len, filter: lines.as_mut_ptr() };
    unsafe { libc::syscall(libc::SYS_seccomp, libc::SECCOMP_SET_MODE_FILTER, libc::SECCOMP_FILTER_FLAG_TSYNC, &raw const program) == 0 }
}

#[cfg(all(target_os = "linux", not(any(target_arch = "x86_64", target_arch = "aarch64"))))]
fn filter_calls() -> bool {
    false
}

#[cfg(target_os = "linux")]
fn unsigned(signal: libc::c_int) -> libc::c_ulong {
    libc::c_ulong::try_from(signal).unwrap_or_default()
}
