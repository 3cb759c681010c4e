//! `init`: makes a keeper and states in plain words where each key must be kept, and what is lost with it.

use diary_core::keys::ApiHost;
use diary_core::text::Lang;
use serde_json::json;

use super::args::{Common, InitArgs};
use super::{Exit, Output, Refusal, Surroundings, account, data_path, new_database, package};
use crate::ops::setup::{Made, SetupInput, set_up};

pub(super) async fn run(
    common: &Common,
    args: &InitArgs,
    around: &Surroundings,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    let (data, by, package) = (data_path(common)?, account(common)?, package(&args.study)?);
    let elsewhere = new_database(common, around)?;
    let input = SetupInput {
        data,
        offline: &args.offline,
        package: &package,
        site: &args.site,
        public: args.host.as_ref(),
        database: elsewhere.as_ref(),
        demo: args.demo,
        by: &by,
    };
    let made = set_up(&input, &*around.clock, &around.entropy).await?;
    let [root, recovery, sealing, signing] = made.ids;
    let json = json!({
        "data": made.folder.path(),
        "study": made.study,
        "study_version": made.study_version,
        "site": args.site,
        "root": { "id": root, "file": made.root_file },
        "recovery": { "id": recovery, "file": made.recovery_file },
        "site_sealing": { "id": sealing, "generation": 1 },
        "keeper_signing": { "id": signing },
        "bundle_expires": made.expires,
        "offline_on_same_disk": made.same_disk,
    });
    out.say(&json, || words(&made, args, common.lang))?;
    Ok(Exit::Done)
}

fn words(made: &Made, args: &InitArgs, lang: Lang) -> String {
    let (root, recovery) = (made.root_file.display(), made.recovery_file.display());
    let data = made.folder.path().display();
    let keys = made.folder.keys();
    let (keys, site) = (keys.display(), &args.site);
    let (study, version) = (&made.study, made.study_version);
    let until = made.expires.to_chrono().format("%Y-%m-%d");
    let warning = same_disk(made, lang);
    let next = next_steps(args.host.as_ref(), lang);
    match lang {
        Lang::En => format!(
            "Keeper of {study}, version {version}, site {site}, made in {data}.
{warning}
TAKE OFF THIS MACHINE NOW, in two copies, each under lock at the site, never at the sponsor:
  {root}
    The study root. Every phone trusts what it signs. Needed for a new version of the study and after
    the loss of this server. Lost: every phone must be enrolled again. Stolen: somebody can pose as this server.
  {recovery}
    The recovery key. Opens every diary of this site when this server's keys are lost. Try it once a year.
    Lost together with this server: what phones no longer hold is lost for ever. Stolen: every diary is readable.

STAYS ON THIS SERVER, readable by its account alone:
  {keys}/site-sealing-1.key
    Opens what phones seal to this site. Belongs in backups. Lost: use the recovery key.
  {keys}/keeper-signing.key
    Signs what this server says. In no backup. Lost: the study root signs a new one.
  {keys}/database.key
    Encrypts the database. Belongs in backups, apart from the database. Lost: the database is lost.
  {keys}/token.key
    Authenticates devices for minutes. Lost: put a new one in its place.

The keys are signed until {until}. After that phones warn, and go on working.

{next}"
        ),
        Lang::ZhCn => format!(
            "已在 {data} 建立 {study} 第{version}版、研究中心 {site} 的日记服务器。
{warning}
请立即从本机移走以下两个文件，各做两份，分别锁存在研究中心（不得交给申办方）：
  {root}
    研究根密钥。所有手机都信任由它签名的内容。发布新版研究方案、或服务器丢失后重建时需要它。
    丢失：所有手机须重新登记。被盗：他人可冒充本服务器。
  {recovery}
    恢复密钥。本服务器的密钥丢失后，用它可以打开本研究中心的全部日记。请每年试用一次。
    若与服务器一同丢失：手机上已不再保存的内容将永远丢失。被盗：所有日记都可被读取。

以下文件留在本服务器上，只有服务账户可以读取：
  {keys}/site-sealing-1.key
    打开手机加密发给本研究中心的内容。须备份。丢失：用恢复密钥。
  {keys}/keeper-signing.key
    为本服务器发出的内容签名。不要备份。丢失：由研究根密钥签发新的。
  {keys}/database.key
    加密数据库。须备份，并与数据库分开存放。丢失：数据库随之丢失。
  {keys}/token.key
    用于设备的短时验证。丢失：换一个新的即可。

密钥签名有效期至 {until}。过期后手机会提示，但仍可继续使用。

{next}"
        ),
    }
}

/// A warning where the offline keys lie on the server's own disk.
fn same_disk(made: &Made, lang: Lang) -> &'static str {
    if !made.same_disk || made.folder.is_demo() {
        return "";
    }
    lang.pick(
        "
WARNING: the two offline keys were written to the disk that this server itself is on. Whoever takes that disk, or a
backup of it, has them. Move them to removable disks, and leave no copy here.
",
        "
警告：两个离线密钥写在了服务器自己的磁盘上。拿到这块磁盘或其备份的人就拿到了密钥。请移到移动存储上，不要在本机留下副本。
",
    )
}

fn next_steps(host: Option<&ApiHost>, lang: Lang) -> String {
    let name = match (host, lang) {
        (Some(_), _) => "",
        (None, Lang::En) => {
            "  set server.public in diary-server.toml, the name under which phones reach this server\n"
        }
        (None, Lang::ZhCn) => "  在 diary-server.toml 中设置 server.public（手机访问本服务器所用的名称）\n",
    };
    let first = lang.pick("Next:\n", "下一步：\n");
    format!(
        "{first}{name}  diary-server serve\n  diary-server participant add SUBJECT\n  diary-server enrol SUBJECT\n"
    )
}
