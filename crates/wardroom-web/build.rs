//! Embeds the OpenPGP library that npm took into `web/node_modules` (`npm ci` in `web`). Where it is not there, the program is
//! built without it and works; only encrypting in the browser is then not offered.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let web = root.join("../../web");
    let library = web.join("node_modules/openpgp");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed={}", web.display());
    let mut table = String::from("/// The OpenPGP library: name and bytes of each file.\nconst OPENPGP: &[(&str, &[u8])] = &[\n");
    for file in files(&library)? {
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let path = fs::canonicalize(&file)?;
        writeln!(table, "    ({name:?}, include_bytes!({:?})),", path.display().to_string()).map_err(io::Error::other)?;
    }
    table.push_str("];\n");
    fs::write(PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("openpgp.rs"), table)
}

/// The parts of the lightweight build and the licence; none when the library is absent.
fn files(library: &Path) -> io::Result<Vec<PathBuf>> {
    let folder = library.join("dist/lightweight");
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = vec![library.join("LICENSE")];
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(".min.mjs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
