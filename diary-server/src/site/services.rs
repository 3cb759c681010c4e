//! One service for each aggregate, on the context that all share: typed commands in, typed results out. None prints,
//! and none knows who calls it: the command line and pages call the same.

use std::ops::Deref;

use super::SiteServices;

/// Defines the services, and how each is reached.
macro_rules! services {
    ($($(#[$doc:meta])* $reached:ident: $name:ident,)+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy)]
            pub struct $name<'a>(&'a SiteServices);

            impl Deref for $name<'_> {
                type Target = SiteServices;

                fn deref(&self) -> &SiteServices {
                    self.0
                }
            }
        )+

        impl SiteServices {
            $(
                $(#[$doc])*
                #[must_use]
                pub const fn $reached(&self) -> $name<'_> {
                    $name(self)
                }
            )+
        }
    };
}

services! {
    /// Accounts of staff and their sessions.
    accounts: AccountService,
    /// Participants and their subject numbers.
    participants: ParticipantService,
    /// Phones: links, admission, revocation, allowances, and files that phones have written.
    devices: DeviceService,
    /// Acts that change a record.
    acts: ActService,
    /// Parcels that are not merged.
    quarantine: QuarantineService,
    /// Versions of the study.
    studies: StudyService,
    /// Sites of the keeper.
    sites: SiteService,
    /// Files that leave the server.
    exports: ExportService,
    /// Keys of the study.
    keys: KeyService,
    /// Views of diaries: worklist, reports, overview, audit trail.
    views: ViewService,
    /// Upkeep of the database: backups, checkpoints, rebuilds, the clock.
    upkeep: UpkeepService,
}
