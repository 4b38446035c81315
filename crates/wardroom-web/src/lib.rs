//! What both faces share: layout, forms, language, sessions, CSRF, problem pages, assets.
