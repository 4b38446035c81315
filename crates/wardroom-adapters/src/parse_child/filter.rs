//! The child's filter on system calls, as a seccomp-BPF program: what computing needs is let through, everything else answers "not permitted".
//!
//! A list of what is allowed, because a list of what is forbidden would be out of date with the next kernel. It refuses and does not kill: a library
//! that tries to read a file gets an error and goes on. Deliberately only the text of the program: `limits_unix` puts it in force.

use libc::{
    BPF_ABS, BPF_JEQ, BPF_JGE, BPF_JMP, BPF_JSET, BPF_K, BPF_LD, BPF_RET, BPF_W, SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO,
    SECCOMP_RET_KILL_PROCESS, c_long, sock_filter,
};

/// `AUDIT_ARCH_…` of this processor: the numbers of system calls mean something else under any other.
#[cfg(target_arch = "x86_64")]
const ARCHITECTURE: u32 = 0xC000_003E;
#[cfg(target_arch = "aarch64")]
const ARCHITECTURE: u32 = 0xC000_00B7;

/// Offsets in `struct seccomp_data`; arguments are 64 bits wide and little-endian on both processors.
const NUMBER: u32 = 0;
const PROCESSOR: u32 = 4;
const ARGUMENTS: u32 = 16;

/// Calls of the 32-bit-pointer kind on x86-64 have this bit.
const X32: u32 = 0x4000_0000;

/// Needed to compute, to have threads, and to read and write the two pipes that are open.
const ALLOWED: [c_long; 33] = [
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_close,
    libc::SYS_brk,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_futex,
    libc::SYS_getrandom,
    libc::SYS_clock_gettime,
    libc::SYS_clock_getres,
    libc::SYS_clock_nanosleep,
    libc::SYS_nanosleep,
    libc::SYS_gettimeofday,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_set_robust_list,
    libc::SYS_set_tid_address,
    libc::SYS_rseq,
    libc::SYS_membarrier,
    libc::SYS_sigaltstack,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_restart_syscall,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_getrusage,
    libc::SYS_getrlimit,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

/// The program for the process `pid`.
pub(super) fn program(pid: u32) -> Vec<sock_filter> {
    let not_permitted = SECCOMP_RET_ERRNO | code(libc::EPERM);
    let not_there = SECCOMP_RET_ERRNO | code(libc::ENOSYS);
    let mut text = vec![load(PROCESSOR), unless(BPF_JEQ, ARCHITECTURE, 1), ret(SECCOMP_RET_KILL_PROCESS), load(NUMBER)];
    // Jumps over the next line unless the number is at least X32.
    text.extend([when(BPF_JGE, X32, 1), ret(not_there)]);
    for call in ALLOWED {
        text.extend([when(BPF_JEQ, number(call), 1), ret(SECCOMP_RET_ALLOW)]);
    }
    // The flags of clone3 lie in memory, where a filter cannot look; the C libraries then use clone.
    text.extend([when(BPF_JEQ, number(libc::SYS_clone3), 1), ret(not_there)]);
    let thread = code(libc::CLONE_THREAD);
    text.extend(on(libc::SYS_clone, &[load(argument(0)), when(BPF_JSET, thread, 1), ret(SECCOMP_RET_ALLOW), ret(not_permitted)]));
    // Memory is never executable.
    let executable = code(libc::PROT_EXEC);
    for call in [libc::SYS_mmap, libc::SYS_mprotect] {
        text.extend(on(call, &[load(argument(2)), when(BPF_JSET, executable, 1), ret(not_permitted), ret(SECCOMP_RET_ALLOW)]));
    }
    // Names of threads and of memory, nothing else.
    let names = [code(libc::PR_SET_NAME), code(libc::PR_SET_VMA)];
    let mut names: Vec<_> = names.into_iter().flat_map(|name| [when(BPF_JEQ, name, 1), ret(SECCOMP_RET_ALLOW)]).collect();
    names.insert(0, load(argument(0)));
    names.push(ret(not_permitted));
    text.extend(on(libc::SYS_prctl, &names));
    // A limit may be asked for, not set: the pointer to a new one must be null.
    let asked = [
        load(argument(2)),
        unless(BPF_JEQ, 0, 1),
        ret(not_permitted),
        load(argument(2) + 4),
        unless(BPF_JEQ, 0, 1),
        ret(not_permitted),
        ret(SECCOMP_RET_ALLOW),
    ];
    text.extend(on(libc::SYS_prlimit64, &asked));
    // To abort, a process signals itself.
    text.extend(on(libc::SYS_tgkill, &[load(argument(0)), when(BPF_JEQ, pid, 1), ret(SECCOMP_RET_ALLOW), ret(not_permitted)]));
    text.push(ret(not_permitted));
    text
}

/// What follows is done for this call only; it must end in a `ret`.
fn on(call: c_long, lines: &[sock_filter]) -> Vec<sock_filter> {
    let mut text = vec![when(BPF_JEQ, number(call), u8::try_from(lines.len()).unwrap_or(u8::MAX))];
    text.extend_from_slice(lines);
    text
}

/// Loads the word at this offset.
fn load(offset: u32) -> sock_filter {
    line(BPF_LD | BPF_W | BPF_ABS, offset, 0, 0)
}

/// Goes on with the next line where the test holds, and skips `lines` otherwise.
fn when(test: u32, value: u32, lines: u8) -> sock_filter {
    line(BPF_JMP | test | BPF_K, value, 0, lines)
}

/// Skips `lines` where the test holds, and goes on with the next one otherwise.
fn unless(test: u32, value: u32, lines: u8) -> sock_filter {
    line(BPF_JMP | test | BPF_K, value, lines, 0)
}

fn ret(verdict: u32) -> sock_filter {
    line(BPF_RET | BPF_K, verdict, 0, 0)
}

fn line(code: u32, k: u32, jt: u8, jf: u8) -> sock_filter {
    // Codes of BPF are below 256.
    sock_filter { code: u16::try_from(code).unwrap_or_default(), jt, jf, k }
}

/// The lower word of an argument.
fn argument(index: u32) -> u32 {
    ARGUMENTS + 8 * index
}

/// The numbers and flags used here are small and not negative.
fn number(call: c_long) -> u32 {
    u32::try_from(call).unwrap_or(u32::MAX)
}

fn code(value: libc::c_int) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
