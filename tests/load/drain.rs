//! Time that a keeper needs after its start to merge the parcels that are waiting.

use diary_core::entropy::SystemEntropy;
use diary_tests::meter::now_s;

use crate::args::{Asked, Backend, Role};
use crate::bulk::Loader;
use crate::stage::Stage;
use crate::table::{Row, Table};
use crate::watch::Watch;
use diary_tests::machine::cpu_s;

const PARCELS: usize = 10_000;
const PHONES: usize = 500;

/// Measures how long waiting parcels of one entry and of twenty take to be merged.
pub(crate) async fn measure(asked: &Asked, backend: Backend) -> Table {
    let parcels = if asked.quick { PARCELS / 10 } else { PARCELS };
    let how = format!(
        "{parcels} parcels of {PHONES} phones lie in the database of a keeper that does not run; then it is started. From \
         the moment it serves until nothing waits. CPU: of the server's process, its start included."
    );
    let mut table = Table::new(format!("Draining what waits, {}", backend.name()), how);
    let (stage, mut phones) = Stage::found(backend, PHONES).await;
    for entries in [1u32, 20] {
        let mut row = Row::new(format!("{parcels} parcels of {entries}"));
        for _ in 0..asked.runs {
            let stage = stage.copy().await;
            let desk = stage.desk().await;
            let setting = desk.setting().await.expect("it was founded");
            let mut loader = Loader::new(&desk, &setting);
            phones.iter_mut().for_each(diary_tests::sealer::Sealer::begin_incarnation);
            for n in 0..parcels {
                let at = n % phones.len();
                let phone = phones.get_mut(at).expect("the rest of a division");
                let sealed = phone.next(u64::from(entries), &SystemEntropy);
                loader.add(&sealed.body, &phone.device(), desk.now()).await;
            }
            loader.commit().await;
            let watch = Watch::over(&stage, desk.context().store()).await;
            let server = stage.serve(&asked.program, Role::Keeper, &[]);
            let wall = now_s().0;
            watch.until_merged().await;
            let (wall, cpu) = (now_s().0 - wall, cpu_s(server.pid()));
            server.stop();
            let merged = f64::from(entries) * u32::try_from(parcels).map_or(f64::NAN, f64::from);
            row.add("seconds", wall);
            row.add("entries/s", merged / wall);
            row.add("server CPU ms/entry", cpu * 1e3 / merged);
        }
        table.push(row);
    }
    table
}
