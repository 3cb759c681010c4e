//! The context of a page: state of the pages, and the person who asks for one.

use axum::extract::rejection::ExtensionRejection;
use axum::extract::{Extension, FromRequestParts};
use axum::http::request::Parts;

use super::PagesState;
use super::viewer::Viewer;
use crate::site::SiteServices;

/// State of the pages, and the person who asks for one. Routes open to the public have none.
pub(super) struct PageContext {
    /// State that all pages share.
    pub(super) pages: PagesState,
    /// Person who is signed in.
    pub(super) viewer: Viewer,
}

impl PageContext {
    /// Services of the site.
    pub(super) fn site(&self) -> &SiteServices {
        self.pages.site()
    }
}

impl FromRequestParts<PagesState> for PageContext {
    type Rejection = ExtensionRejection;

    async fn from_request_parts(parts: &mut Parts, pages: &PagesState) -> Result<Self, ExtensionRejection> {
        let Extension(viewer) = Extension::<Viewer>::from_request_parts(parts, pages).await?;
        Ok(Self { pages: pages.clone(), viewer })
    }
}
