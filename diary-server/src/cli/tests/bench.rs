//! A keeper in a temporary folder, a clock that is set, and a phone that can join.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use clap::Parser;
use diary_core::entropy::{Entropy, SeededEntropy};
use diary_core::keys::{
    EnrolmentLink, JoinRequest, SealingKey, ShortAuthString, SignedJoinRequest, SigningKey, short_auth_string,
};
use diary_core::text::Lang;
use diary_core::time::{Clock, UtcMillis};

use crate::cli::{Cli, CommandContext, CommandError, Exit, Output, run};
use diary_store::{JoinOutcome, JoinToTake};

/// Noon in Beijing on 2026-03-02.
pub(crate) const NOON: UtcMillis = UtcMillis(1_772_424_000_000);

pub(crate) struct SetClock(AtomicI64);

impl Clock for SetClock {
    fn now(&self) -> UtcMillis {
        UtcMillis(self.0.load(Ordering::SeqCst))
    }
}

pub(crate) struct Bench {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) clock: Arc<SetClock>,
    pub(crate) around: CommandContext,
}

/// Output and exit code of a command.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) text: String,
    pub(crate) exit: Exit,
}

impl Bench {
    /// A machine without a keeper.
    pub(crate) fn bare() -> Self {
        Self::bare_with(11)
    }

    pub(crate) fn bare_with(seed: u64) -> Self {
        let clock = Arc::new(SetClock(AtomicI64::new(NOON.0)));
        let around = CommandContext {
            clock: clock.clone(),
            entropy: Arc::new(SeededEntropy::new(seed)),
            environment: Vec::new(),
        };
        Self { folder: tempfile::tempdir().unwrap(), clock, around }
    }

    /// A keeper of the shipped study with the participant S1.
    pub(crate) async fn new() -> Self {
        Self::new_with(11).await
    }

    /// The same, with other keys.
    pub(crate) async fn new_with(seed: u64) -> Self {
        let bench = Self::bare_with(seed);
        let offline = bench.path("offline");
        let init = format!("init --study nct06836973 --site beijing --offline {}", offline.display());
        assert_eq!(bench.run(&init).await.exit, Exit::Done);
        assert_eq!(bench.run("participant add S1").await.exit, Exit::Done);
        bench
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn pass_minutes(&self, minutes: i64) {
        self.clock.0.fetch_add(minutes * 60_000, Ordering::SeqCst);
    }

    /// Runs one command as the account `li`; words in double quotes are one argument.
    pub(crate) async fn run(&self, line: &str) -> Said {
        self.run_raw(&format!("--by li {line}")).await
    }

    /// Runs one command as it is.
    pub(crate) async fn run_raw(&self, line: &str) -> Said {
        self.run_in("data", line).await
    }

    /// The same with another data folder.
    pub(crate) async fn run_in(&self, data: &str, line: &str) -> Said {
        let data = self.path(data);
        let mut words = vec!["diary-server".to_owned(), "--data".to_owned(), data.display().to_string()];
        for (n, part) in line.split('"').enumerate() {
            match n % 2 {
                0 => words.extend(part.split_whitespace().map(str::to_owned)),
                _ => words.push(part.to_owned()),
            }
        }
        let cli = match Cli::try_parse_from(words) {
            Ok(cli) => cli,
            Err(e) => return Said { text: crate::cli::words::usage::usage(Lang::EN, &e), exit: Exit::Usage },
        };
        let mut printed = Vec::new();
        let ran = run(&cli, &self.around, &mut Output::new(&mut printed, cli.common.json, false)).await;
        let printed = String::from_utf8(printed).unwrap();
        match ran {
            Ok(exit) => Said { text: self.plain(&printed), exit },
            Err(refusal) => {
                self.refused_in_words_of_catalogues(line, &refusal);
                let said = crate::cli::words::refusal::refusal(cli.common.lang, &refusal);
                Said { text: self.plain(&said), exit: refusal.exit() }
            }
        }
    }

    /// A refusal in the pseudo-language has no word that is of no catalogue, except those that it quotes.
    fn refused_in_words_of_catalogues(&self, line: &str, refusal: &CommandError) {
        if super::pseudo::quotes(refusal) {
            return;
        }
        let said = crate::cli::words::refusal::refusal(super::pseudo::lang(), refusal);
        let said = self.plain(&said);
        let words = said
            .split(' ')
            .filter(|word| !word.contains("<DIR>") && !word.contains('"') && !word.starts_with("--"));
        super::pseudo::all_from_catalogues(
            &words.collect::<Vec<_>>().join(" "),
            &super::pseudo::words_of(line),
        );
    }

    /// Text in which the temporary folder and ids stand as `<...>`.
    fn plain(&self, text: &str) -> String {
        let text = text.replace(&self.folder.path().display().to_string(), "<DIR>");
        let mut out = String::new();
        let mut word = String::new();
        for c in text.chars().chain(['\0']) {
            if c.is_ascii_hexdigit() {
                word.push(c);
                continue;
            }
            let is_id = word.len() >= 8 && !word.bytes().all(|b| b.is_ascii_digit());
            out.push_str(if is_id { "<ID>" } else { &word });
            word.clear();
            if c != '\0' {
                out.push(c);
            }
        }
        out
    }

    /// Output of a command as JSON, ids and secrets included.
    pub(crate) async fn json(&self, line: &str) -> serde_json::Value {
        let data = self.path("data").display().to_string();
        let mut words = vec!["diary-server", "--json", "--by", "li", "--data", &data];
        words.extend(line.split_whitespace());
        let cli = Cli::try_parse_from(words).unwrap();
        let mut printed = Vec::new();
        run(&cli, &self.around, &mut Output::new(&mut printed, true, false)).await.unwrap();
        serde_json::from_slice(&printed).unwrap()
    }

    /// The desk that commands work at.
    pub(crate) async fn desk(&self) -> crate::site::SiteServices {
        let folder = crate::data_folder::DataFolder::open(&self.path("data")).unwrap();
        self.around.desk(&folder).await.unwrap()
    }

    /// Makes a link and lets the phone of `seed` join with it; the same seed is the same phone.
    pub(crate) async fn phone_joins(&self, seed: u64) -> Phone {
        self.phone_of_joins("S1", seed).await
    }

    /// The same for a participant.
    pub(crate) async fn phone_of_joins(&self, subject: &str, seed: u64) -> Phone {
        let (phone, signed, request) = self.phone_of_asks(subject, seed).await;
        let join = JoinToTake { signed, request, received: self.clock.now(), pushed: false };
        let outcome = self.desk().await.context().store().take_join(join).await.unwrap();
        assert!(matches!(outcome, JoinOutcome::Joined { certificate: None, .. }), "{outcome:?}");
        phone
    }

    /// Makes a link and the request with which the phone of `seed` asks to join.
    pub(crate) async fn phone_asks(&self, seed: u64) -> (Phone, SignedJoinRequest, JoinRequest) {
        self.phone_of_asks("S1", seed).await
    }

    async fn phone_of_asks(&self, subject: &str, seed: u64) -> (Phone, SignedJoinRequest, JoinRequest) {
        let made = self.json(&format!("enrol {subject}")).await;
        let link: EnrolmentLink = made["link"].as_str().unwrap().parse().unwrap();
        let entropy = SeededEntropy::new(seed);
        let phone = Phone {
            signing: SigningKey::generate(&entropy),
            sealing: SealingKey::generate(&entropy),
            entropy,
            link,
        };
        let request = JoinRequest {
            enrolment: phone.link.enrolment,
            vault: phone.link.vault,
            signing: phone.signing.verifying_key(),
            sealing: phone.sealing.public().clone(),
        };
        let signed = request.sign(&phone.signing, &phone.link.secret);
        (phone, signed, request)
    }
}

/// A phone that has joined.
pub(crate) struct Phone {
    pub(crate) signing: SigningKey,
    pub(crate) sealing: SealingKey,
    pub(crate) link: EnrolmentLink,
    pub(crate) entropy: SeededEntropy,
}

impl Phone {
    /// The six digits it shows.
    pub(crate) fn digits(&self) -> ShortAuthString {
        let Self { signing, sealing, link, .. } = self;
        short_auth_string(&link.secret, &signing.verifying_key(), sealing.public(), &link.root)
    }

    /// Six digits that it does not show.
    pub(crate) fn other_digits(&self) -> String {
        let shown: u32 = self.digits().to_string().parse().unwrap();
        format!("{:06}", (shown + 1) % 1_000_000)
    }

    pub(crate) fn random(&self) -> &dyn Entropy {
        &self.entropy
    }
}

impl Said {
    #[track_caller]
    pub(crate) fn is(&self, exit: Exit, text: &str) {
        assert_eq!((self.exit, self.text.trim_end()), (exit, text.trim_end()), "{}", self.text);
    }

    #[track_caller]
    pub(crate) fn holds(&self, exit: Exit, text: &str) {
        assert!(self.exit == exit && self.text.contains(text), "{:?}\n{}", self.exit, self.text);
    }
}
