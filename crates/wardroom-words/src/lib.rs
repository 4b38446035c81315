//! Every sentence the product says, in English and Chinese, checked at build time.
