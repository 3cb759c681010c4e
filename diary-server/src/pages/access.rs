//! The table of rights: role and action. Pure; every route names its action, and each query is limited to the sites at
//! which the reader's role allows it.

use std::collections::BTreeSet;

use diary_core::ids::SiteId;
use diary_store::{Role, Roles};

/// Something that a page does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Action {
    /// Sees the worklist and the list of participants.
    SeeParticipants,
    /// Sees a diary, its report, and what is planned.
    SeeDiary,
    /// Sees doses of the study drug.
    SeeStudyDrug,
    /// Adds participants and corrects subject numbers.
    ChangeParticipants,
    /// Records visits, infusions, anchors, the regimen, corrections.
    RecordActs,
    /// Marks an alert as dealt with.
    DealWithAlerts,
    /// Enrols, confirms and revokes phones.
    ManagePhones,
    /// Sees the secret that opens a diary whose PIN is forgotten.
    SeeRecoverySecret,
    /// Decides about parcels in quarantine and about entries that contradict each other.
    Decide,
    /// Writes diaries to files.
    Export,
    /// Reads the audit trail.
    SeeTrail,
    /// Sees study, site and keys in force.
    SeeStudy,
    /// Invites and disables accounts, gives roles.
    ManageAccounts,
}

impl Action {
    /// All actions.
    pub const ALL: [Self; 13] = [
        Self::SeeParticipants,
        Self::SeeDiary,
        Self::SeeStudyDrug,
        Self::ChangeParticipants,
        Self::RecordActs,
        Self::DealWithAlerts,
        Self::ManagePhones,
        Self::SeeRecoverySecret,
        Self::Decide,
        Self::Export,
        Self::SeeTrail,
        Self::SeeStudy,
        Self::ManageAccounts,
    ];
}

/// True if `role` has the right to `action` at its site.
#[must_use]
pub const fn allows(role: Role, action: Action) -> bool {
    use Action::{
        ChangeParticipants, DealWithAlerts, Decide, Export, ManageAccounts, ManagePhones, RecordActs,
        SeeDiary, SeeParticipants, SeeRecoverySecret, SeeStudy, SeeStudyDrug, SeeTrail,
    };
    match role {
        Role::Coordinator => match action {
            SeeParticipants | SeeDiary | SeeStudyDrug | ChangeParticipants | RecordActs | DealWithAlerts
            | ManagePhones | SeeRecoverySecret | SeeStudy => true,
            Decide | Export | SeeTrail | ManageAccounts => false,
        },
        Role::Investigator => match action {
            SeeParticipants | SeeDiary | SeeStudyDrug | ChangeParticipants | RecordActs | DealWithAlerts
            | ManagePhones | SeeRecoverySecret | Decide | SeeTrail | SeeStudy => true,
            Export | ManageAccounts => false,
        },
        Role::Monitor => match action {
            SeeParticipants | SeeDiary | SeeStudyDrug | SeeTrail | SeeStudy => true,
            ChangeParticipants | RecordActs | DealWithAlerts | ManagePhones | SeeRecoverySecret | Decide
            | Export | ManageAccounts => false,
        },
        Role::DataManager => match action {
            SeeParticipants | SeeDiary | Export | SeeTrail | SeeStudy => true,
            SeeStudyDrug | ChangeParticipants | RecordActs | DealWithAlerts | ManagePhones
            | SeeRecoverySecret | Decide | ManageAccounts => false,
        },
        Role::Administrator => match action {
            ManageAccounts | SeeStudy | SeeTrail => true,
            SeeParticipants | SeeDiary | SeeStudyDrug | ChangeParticipants | RecordActs | DealWithAlerts
            | ManagePhones | SeeRecoverySecret | Decide | Export => false,
        },
    }
}

/// Sites at which these roles have the right to `action`.
#[must_use]
pub fn sites(roles: &Roles, action: Action) -> BTreeSet<SiteId> {
    roles.iter().filter(|(_, role)| allows(**role, action)).map(|(site, _)| site.clone()).collect()
}

/// Requirement of a page to the person who asks for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Need {
    /// Nothing.
    Public,
    /// A session.
    SignedIn,
    /// The right to this at some site. The page limits its queries to the sites of this right.
    May(Action),
}
