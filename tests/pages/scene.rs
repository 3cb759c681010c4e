//! A site with a participant whose phone has sent a week, and what its pages are called.

use diary_core::text::Lang;
use diary_demo::accounts::{self, PASSWORD};
use diary_demo::phone::Phone;
use diary_server::audit::Account;
use diary_server::pages::{Need, access, routes};
use diary_server::site::accounts::NewProofs;
use diary_server::site::{Saying, VisitInput};
use diary_store::{Role, Roles};
use diary_tests::World;
use diary_tests::world::first_day;
use serde_json::{Value, json};
use zeroize::Zeroizing;

/// Subject of the participant whose pages are shown.
pub(crate) const SUBJECT: &str = "MG-001";

/// Texts that would do something if a page took them for more than a text.
pub(crate) const HOSTILE: [&str; 6] = [
    "<script>window.hit=1</script>",
    "\"><img src=x onerror=window.hit=2>",
    "'><b onclick=window.hit=3 style=position:fixed;inset:0>x</b>",
    "javascript:window.hit=4",
    "\u{202e}=HYPERLINK(\"http://example.org/?\"&A1,\"x\")",
    "</textarea><iframe src=//example.org></iframe>{{7*7}}",
];

/// A site with its accounts, a participant, and the ids in the paths of its pages.
pub(crate) struct Scene {
    pub(crate) world: World,
    pub(crate) phone: Phone,

    /// Accounts with their roles at the site.
    pub(crate) accounts: Vec<(&'static str, Option<Role>)>,
    entry: String,
    act: String,
}

impl Scene {
    /// A site with a participant whose phone has sent a week.
    pub(crate) async fn new() -> Self {
        let world = World::new().await;
        accounts::make(&world.site, Lang::EN).await.unwrap();
        let (participant, mut phone) = world.enrol(SUBJECT).await;
        for day in 0..7 {
            world.set(day, "20:30");
            world.evening(&mut phone, day, 1);
        }
        let entry = world.note(&mut phone, "<b>bold?</b> \u{202e}backwards").to_string();
        world.sync(&mut phone).await;
        let visit = VisitInput { date: first_day(), kind: "screening".to_owned(), held: true };
        let acts = world.site.desk.acts().on(&world.site.staff, &participant);
        let made = acts.add_visit(&visit, Saying::default()).await.unwrap();
        let accounts = accounts::ACCOUNTS.iter().map(|(name, role)| (*name, Some(*role))).collect();
        Self { world, phone, accounts, entry, act: made.act.id.to_string() }
    }

    /// A further account, with these roles.
    pub(crate) async fn account(&mut self, name: &'static str, roles: Roles) {
        let (accounts, by) = (self.world.site.desk.accounts(), &self.world.site.staff);
        let invited = accounts.invite(by, &Account::new(name).unwrap(), Lang::EN).await.unwrap();
        let proofs = NewProofs { password: Zeroizing::new(PASSWORD.to_owned()), factor: None };
        accounts.enable(&invited.secret, proofs).await.unwrap();
        self.accounts.push((name, roles.values().next().copied()));
        accounts.set_roles(by, name, roles).await.unwrap();
    }

    /// A path of a route, with what stands here for each name.
    fn path(&self, route: &str) -> String {
        let part = |part: &str| match part {
            "{subject}" => SUBJECT.to_owned(),
            "{role}" => "coordinator".to_owned(),
            "{secret}" | "{link}" => "0".repeat(32),
            "{day}" => first_day().plus_days(2).to_string(),
            "{entry}" => self.entry.clone(),
            "{act}" => self.act.clone(),
            "{kind}" => "visit".to_owned(),
            "{name}" => "admin".to_owned(),
            "{n}" => "1".to_owned(),
            other => {
                assert!(!other.starts_with('{'), "{route}: the check does not know what stands for {other}");
                other.to_owned()
            }
        };
        route.split('/').map(part).collect::<Vec<_>>().join("/")
    }

    /// The first account that may use a route; none for a page before the sign-in.
    fn reader(&self, need: Need) -> Option<&'static str> {
        match need {
            Need::Public => None,
            Need::SignedIn => Some("coordinator"),
            Need::May(_) => self.accounts.iter().find(|(_, role)| may(*role, need)).map(|(name, _)| *name),
        }
    }

    /// Every page that is shown as HTML, with an account that may see it.
    pub(crate) fn pages(&self) -> Vec<(String, Option<&'static str>)> {
        let shown = routes().into_iter().filter(|route| route.method == "get" && !route.path.contains('.'));
        shown.map(|route| (self.path(route.path), self.reader(route.need))).collect()
    }

    /// Addresses of all forms but those that end a session or an account.
    pub(crate) fn forms(&self) -> Vec<String> {
        let ending = |path: &str| path.ends_with("/sign-out") || path.ends_with("/disable");
        let forms = routes().into_iter().filter(|route| route.method == "post" && !ending(route.path));
        forms.map(|route| self.path(route.path)).collect()
    }

    /// Input of a part of the script.
    pub(crate) fn input(&self) -> Value {
        let pages =
            self.pages().into_iter().map(|(path, account)| json!({ "path": path, "account": account }));
        let routes = routes().into_iter().map(|route| {
            let may = self.accounts.iter().filter(|(_, role)| may(*role, route.need));
            json!({
                "method": route.method,
                "path": self.path(route.path),
                "open": route.need == Need::Public,
                "accounts": may.map(|(name, _)| *name).collect::<Vec<_>>(),
            })
        });
        json!({
            "base": self.world.site.pages_url(),
            "password": PASSWORD,
            "subject": SUBJECT,
            "pages": pages.collect::<Vec<_>>(),
            "routes": routes.collect::<Vec<_>>(),
            "hostile": HOSTILE,
        })
    }
}

/// True if an account of this role has what a route needs.
fn may(role: Option<Role>, need: Need) -> bool {
    match need {
        Need::Public | Need::SignedIn => true,
        Need::May(action) => role.is_some_and(|role| access::allows(role, action)),
    }
}
