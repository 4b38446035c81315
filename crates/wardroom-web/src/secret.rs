//! Random values for page tokens and cookies, from the operating system.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// 32 random bytes as text that may stand in a cookie or a form; 256 bits.
///
/// # Errors
/// The operating system has no randomness to give.
pub fn token() -> Result<String, getrandom::Error> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    #[test]
    fn two_tokens_differ() {
        assert_ne!(super::token().ok(), super::token().ok());
        assert_eq!(super::token().map(|t| t.len()).ok(), Some(43));
    }
}
