//! Strangers: a thousand connections that mean harm, and thousands of joins with no link at a relay.

use std::path::Path;

use diary_core::keys::HistoryScope;
use diary_server::config::Limits;
use diary_server::site::ConfirmDevice;
use diary_sync::Mode;
use diary_tests::Relayed;
use diary_tests::client::Client;
use diary_tests::hostile::{Harm, Siege, address, fill, token};
use diary_tests::process::Site;

use crate::ground::{Ground, MEMORY_MIB, WAIT_S, honest_push, in_a_runtime};
use crate::line::{Line, number};

/// Parcels of about 240 KiB in the log that is asked for and not read.
const LARGE_PARCELS: usize = 20;
/// Honest contacts, each over a new connection.
const CONTACTS: u8 = 12;
/// Joins of one address.
const JOINS: usize = 5_200;
/// As many as one address may have waiting at a relay.
const JOINS_WAITING: usize = 16;
/// Records that one enrolment leaves in the feed of a relay, generously.
const RECORDS_OF_ONE: u64 = 20;

/// A thousand connections of twenty addresses that announce bodies, send slow heads, do not read, or send nothing.
pub(crate) fn siege(program: &Path) -> Line {
    let mut site = Site::with_phones(2);
    site.with_usual_limits();
    let (mut hostile, honest) = (site.phones.pop().expect("two"), site.phones.pop().expect("two"));
    let ground = Ground::of(program, site);
    let mut line = Line::of("1,000 hostile connections of 20 addresses");
    in_a_runtime(async {
        fill(&ground.url, &mut hostile, address(99), LARGE_PARCELS).await;
        let token = token(&ground.url, &hostile, address(99)).await;
        let plan = [
            (Harm::SilentBody(1024 * 1024), 1..2, 48),
            (Harm::SlowHead, 2..11, 72),
            (Harm::UnreadReply(token), 11..16, 30),
            (Harm::Nothing, 16..21, 32),
        ];
        let siege = Siege::lay(ground.keeper.address().expect("it serves"), &plan);
        siege.has_begun().await;
        let (mut honest, mut longest, mut at_second, mut missed) = (Client::new(honest), 0.0_f64, 0, 0);
        for n in 1..=CONTACTS {
            let (again, mut took) = honest_push(honest, &ground.url, n).await;
            honest = again;
            if took.is_none() {
                at_second += 1;
                (honest, took) = honest_push(honest, &ground.url, n).await;
            }
            missed += u32::from(took.is_none());
            longest = longest.max(took.unwrap_or(f64::INFINITY));
        }
        let connections = siege.connections();
        line.must(
            "a contact succeeds at the first or second try",
            format!("{missed} of {CONTACTS} missed, {at_second} at the second, {connections} connections"),
            missed == 0,
        );
        line.at_most("its wait", "s", WAIT_S, longest);
        line.at_most("memory", "MiB", MEMORY_MIB, ground.more_mib());
        drop(siege);
    });
    line
}

/// Joins of one address that know no link, at a relay whose keeper is away.
pub(crate) fn joins_at_a_relay(_program: &Path) -> Line {
    let mut line = Line::of("5,200 self-signed joins of one address at a relay");
    in_a_runtime(async {
        let relayed = Relayed::new().await;
        let taken = relayed.strangers_ask(JOINS).await;
        line.at_most("joins that wait", "", number(JOINS_WAITING), number(taken));
        let (participant, mut phone) = relayed.join("MG-001").await;
        relayed.pull().await;
        let site = &relayed.world.site;
        let digits = phone.joined.digits;
        let confirmed = site
            .desk
            .devices()
            .confirm(
                &site.staff,
                &participant,
                ConfirmDevice { digits, history: HistoryScope::All, reason: None },
            )
            .await;
        relayed.pull().await;
        relayed.world.note(&mut phone, "written during the flood");
        relayed.world.sync_over(&mut phone, &site.transport, Mode::Once).await;
        relayed.pull().await;
        let record = site.desk.record(participant.vault).await.expect("the database answers");
        let entries = record.revision_count();
        line.must(
            "an honest phone joins and its entry is received",
            format!("{entries}"),
            confirmed.is_ok() && entries == 1,
        );
        let again = relayed.puller_at(relayed.host.clone()).pull_again().await.expect("the relay answers");
        let of_strangers = again.read.saturating_sub(RECORDS_OF_ONE);
        line.at_most("records at the relay beyond those of the honest phone", "", 0.0, number(of_strangers));
        let overview = site.desk.views().overview(&Limits::default()).await.expect("the database answers");
        let pending = site.desk.devices().pending().await.expect("the database answers").len();
        line.at_most("phones that wait at the keeper", "", 0.0, number(pending));
        line.at_most("records left at the keeper", "", 0.0, number(overview.not_handed_over));
    });
    line
}
