//! The product catalogue.

use crate::app::App;
use crate::fields::{Fields, Typed};
use crate::frame::{on_to, shown_as};
use crate::seat::Seat;
use crate::stop::Answer;
use askama::Template;
use axum::extract::{Query, State};
use serde::Deserialize;
use wardroom_domain::people::Act;
use wardroom_domain::products::{FileHash, Marks, Product};
use wardroom_web::words::{self, desk as w};
use wardroom_web::{DeskFrame, Page};

#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    edit: String,
}

#[derive(Template)]
#[template(path = "office/products.html")]
struct Products {
    page: Page,
    frame: DeskFrame,
    typed: Typed,
    products: Vec<Product>,
    edited: Product,
    versions: String,
    /// Lists as the form shows them, one line for each.
    hardware: String,
    model_numbers: String,
    serial_numbers: String,
    skus: String,
    hashes: String,
    may: bool,
}

async fn page(app: &App, seat: &Seat, edit: &str, typed: Typed) -> Answer {
    let products = app.desk.maker().products;
    let edited = products.iter().find(|one| one.id == edit).cloned().unwrap_or_default();
    let shell = app.shell(seat, "products", w::NAV_PRODUCTS.say(seat.lang())).await;
    let status = typed.status();
    let versions = edited.versions.join("\n");
    let marks = &edited.marks;
    let view = Products {
        page: shell.page.faulty(typed.is_faulty()),
        frame: shell.frame,
        typed,
        products,
        versions,
        hardware: edited.hardware.join("\n"),
        model_numbers: marks.model_numbers.join("\n"),
        serial_numbers: marks.serial_numbers.join("\n"),
        skus: marks.skus.join("\n"),
        hashes: marks.hashes.iter().map(FileHash::line).collect::<Vec<_>>().join("\n"),
        edited,
        may: seat.may(Act::KeepProducts),
    };
    shown_as(status, &view)
}

pub async fn show(State(app): State<App>, seat: Seat, Query(asked): Query<Asked>) -> Answer {
    page(&app, &seat, &asked.edit, Typed::default()).await
}

pub async fn keep(State(app): State<App>, seat: Seat, fields: Fields) -> Answer {
    let text = |name: &str| fields.trimmed(name).to_owned();
    let lines = |name: &str| -> Vec<String> {
        fields.get(name).lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
    };
    let product = Product {
        id: text("id"),
        name: text("name"),
        family: text("family"),
        cpe: text("cpe"),
        purl: text("purl"),
        versions: lines("versions"),
        supported_until: text("supported_until"),
        hosted: fields.get("hosted") == "yes",
        vendor: text("vendor"),
        hardware: lines("hardware"),
        marks: Marks {
            model_numbers: lines("model_numbers"),
            serial_numbers: lines("serial_numbers"),
            skus: lines("skus"),
            // A line that cannot be read stays one, so that the check names it.
            hashes: lines("hashes").iter().map(|line| FileHash::read(line).unwrap_or_default()).collect(),
        },
    };
    match app.desk.keep_product(&seat.viewer, product).await {
        Ok(()) => Ok(on_to("/products", "kept")),
        Err(error) => page(&app, &seat, "", Typed::after(fields, error)?).await,
    }
}

pub async fn retire(State(app): State<App>, seat: Seat, fields: Fields) -> Answer {
    match app.desk.retire_product(&seat.viewer, fields.trimmed("id")).await {
        Ok(()) => Ok(on_to("/products", "retired")),
        Err(error) => page(&app, &seat, "", Typed::after(fields, error)?).await,
    }
}
