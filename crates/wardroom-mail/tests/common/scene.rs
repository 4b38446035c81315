//! GnuPG with a reporter's key on the other side of the table, and the few forms of mail it sends.

use super::gnupg::{Gnupg, MADE};
use wardroom_mail::keys::{KnownCert, SecretKeys, TeamSecret};
use wardroom_mail::opened::{Encryption, OpenedMail, Signature};
use wardroom_mail::{Limits, open_mail};

pub const TEXT: &str = "Unauthenticated update\n- dash \t\nFrom here  \n\n雷达 end\n";

pub fn team() -> TeamSecret {
    TeamSecret::generate("Team <psirt@vendor.example>", MADE, Some(MADE + 86_400 * 700), &[7; 32]).unwrap()
}

/// GnuPG with a reporter's key, our public key, and our secrets.
pub struct Scene {
    pub gnupg: Gnupg,
    pub team: TeamSecret,
    pub keys: SecretKeys,
    pub reporter: KnownCert,
}

pub fn scene() -> Option<Scene> {
    let gnupg = Gnupg::new()?;
    let team = team();
    gnupg.run(&["--import"], team.armored_public().as_bytes());
    gnupg.generate("Ada <ada@researcher.example>");
    let reporter = KnownCert::parse(&gnupg.run(&["--armor", "--export", "ada@researcher.example"], b"")).unwrap();
    let keys = SecretKeys::default().with_active(&team);
    Some(Scene { gnupg, team, keys, reporter })
}

impl Scene {
    pub fn open(&self, mail: &[u8]) -> OpenedMail {
        open_mail(mail, &self.keys, std::slice::from_ref(&self.reporter), MADE + 9_000, &Limits::default())
    }

    pub fn encrypt(&self, options: &[&str], content: &[u8]) -> Vec<u8> {
        let mut arguments = vec!["--encrypt", "--trust-model", "always"];
        if !options.contains(&"--hidden-recipient") {
            arguments.extend(["--recipient", "psirt@vendor.example"]);
        }
        arguments.extend_from_slice(options);
        self.gnupg.run(&arguments, content)
    }
}

pub fn inline(body: &[u8]) -> Vec<u8> {
    [&b"From: Ada <ada@researcher.example>\r\nSubject: outer\r\n\r\n"[..], body].concat()
}

pub fn pgp_mime(armored: &[u8]) -> Vec<u8> {
    let head = "From: Ada <ada@researcher.example>\r\nSubject: ...\r\nMIME-Version: 1.0\r\nContent-Type: multipart/encrypted; \
        protocol=\"application/pgp-encrypted\"; boundary=b\r\n\r\n--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n\r\n\
        --b\r\nContent-Type: application/octet-stream\r\n\r\n";
    [head.as_bytes(), armored, b"\r\n--b--\r\n"].concat()
}

pub fn opened(mail: &OpenedMail) -> bool {
    matches!(mail.encryption, Encryption::Opened { .. })
}

pub fn good(mail: &OpenedMail) -> bool {
    matches!(mail.signature, Signature::Good { .. })
}
