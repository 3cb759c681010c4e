//! One transaction on one connection, for work that runs on a thread of its own and waits for each answer.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::Object;
use tokio::runtime::Handle;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Error, Row as Answer, Statement};

use super::each::Texts;
use super::refused::{refused, words};
use super::seal::Seal;
use super::value::{Bound, bind, bind_each, values};
use crate::sql::{
    Columns, Dialect, Each, Fault, OpenSealed, Param, Refused, Row, Step, Trouble, Tx, Value, traced,
};

/// Time after which a database that does not answer counts as away. Longer than `statement_timeout`, so that the
/// database itself ends a slow statement first.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);

/// State shared by all transactions of a pool.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) texts: Arc<Texts>,
    pub(super) seal: Arc<Seal>,
    /// Random id of this run of the server, under which it claims vaults.
    pub(super) claimant: [u8; 16],
}

/// Kind of transaction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Begin {
    /// Each statement sees the commits of others; may write.
    Write,
    /// As [`Self::Write`], but the commit may be lost if the database crashes: for claims and other hints.
    Note,
    /// Sees one snapshot throughout.
    Read,
}

/// State of the connection during the transaction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Link {
    Whole,
    /// The database refused a statement. It accepts no other in this transaction, and would answer COMMIT with a
    /// rollback that counts as success.
    Refused,
    /// It broke.
    Lost,
    /// No answer within the limit; its state is unknown.
    Silent,
}

/// One transaction. If it is dropped before its end, by a panic for example, its connection is closed, which rolls it
/// back.
pub(super) struct PgTx {
    client: Option<Object>,
    handle: Handle,
    shared: Shared,
    link: Cell<Link>,
}

impl PgTx {
    /// Begins. A broken connection from the pool is reported like a serialization failure: nothing has happened, and a
    /// repeat gets another connection.
    pub(super) fn begin(client: Object, handle: Handle, shared: Shared, begin: Begin) -> Step<Self> {
        let tx = Self { client: Some(client), handle, shared, link: Cell::new(Link::Whole) };
        let begun = tx.batch(match begin {
            Begin::Write => "BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE",
            Begin::Note => {
                "BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE; SET LOCAL synchronous_commit = off"
            }
            Begin::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",
        });
        match begun {
            Ok(()) => Ok(tx),
            Err(Fault::Sql(Refused { trouble: Trouble::Away, cause })) if tx.link.get() != Link::Silent => {
                tx.link.set(Link::Lost);
                Err(Fault::Sql(Refused { trouble: Trouble::Again, cause }))
            }
            Err(other) => Err(other),
        }
    }

    /// Commits if the work succeeded, otherwise rolls back.
    pub(super) fn end<T>(mut self, outcome: Step<T>) -> Step<T> {
        let ended = match (outcome, self.link.get()) {
            (Ok(value), Link::Whole) => self.batch("COMMIT").map(|()| value),
            (Ok(_), _) => Err(words(Trouble::Other, "the work went on after a statement was refused")),
            (Err(fault), _) => Err(fault),
        };
        let whole = match self.link.get() {
            Link::Whole | Link::Refused => ended.is_ok() || self.batch("ROLLBACK").is_ok(),
            Link::Lost | Link::Silent => false,
        };
        if whole {
            // Returns the connection to the pool.
            drop(self.client.take());
        }
        ended
    }

    fn client(&self) -> Step<&Object> {
        self.client.as_ref().ok_or_else(|| words(Trouble::Other, "the transaction has ended"))
    }

    /// Waits for an answer, up to the time limit.
    fn answer<T>(&self, asked: impl Future<Output = Result<T, Error>>) -> Step<T> {
        if self.link.get() != Link::Whole {
            return Err(words(Trouble::Other, "a statement after one that was refused"));
        }
        self.wait(asked)
    }

    fn wait<T>(&self, asked: impl Future<Output = Result<T, Error>>) -> Step<T> {
        // The timer is made inside the runtime, which it needs.
        let Ok(answer) = self.handle.block_on(async { tokio::time::timeout(ANSWER_WITHIN, asked).await })
        else {
            // The answer may still arrive and would be taken for that of the next statement: the connection is not used
            // again.
            self.link.set(Link::Silent);
            return Err(words(Trouble::Away, "no answer in time"));
        };
        answer.map_err(|error| {
            let refusal = error.as_db_error().is_some();
            self.link.set(if refusal { Link::Refused } else { Link::Lost });
            refused(error)
        })
    }

    fn batch(&self, sql: &str) -> Step<()> {
        let client = self.client()?;
        self.wait(client.batch_execute(sql))
    }

    fn prepared(&self, text: &str) -> Step<Statement> {
        let client = self.client()?;
        self.answer(client.prepare_cached(text))
    }

    fn ask(&self, statement: &Statement, bound: &[Bound<'_>]) -> Step<Vec<Answer>> {
        let client = self.client()?;
        self.answer(client.query(statement, &handed(bound)))
    }

    fn tell(&self, statement: &Statement, bound: &[Bound<'_>]) -> Step<u64> {
        let client = self.client()?;
        self.answer(client.execute(statement, &handed(bound)))
    }

    fn row(&self, columns: &Columns, values: Vec<Value>) -> Row {
        let seal: Arc<dyn OpenSealed> = Arc::<Seal>::clone(&self.shared.seal);
        Row::new(columns, values, Some(seal))
    }
}

impl Drop for PgTx {
    fn drop(&mut self) {
        if let Some(client) = self.client.take() {
            // Removes the connection from the pool and closes it; the database rolls back.
            drop(Object::take(client));
        }
    }
}

impl Tx for PgTx {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    fn claimant(&self) -> Option<[u8; 16]> {
        Some(self.shared.claimant)
    }

    fn query(&self, sql: &'static str, params: &[Param<'_>]) -> Step<Vec<Row>> {
        traced(sql);
        let statement = self.prepared(&self.shared.texts.once(sql))?;
        let bound = bind(statement.params(), params, &self.shared.seal)?;
        let columns = columns(&statement, 0);
        self.ask(&statement, &bound)?.iter().map(|row| Ok(self.row(&columns, values(row, 0)?))).collect()
    }

    fn execute(&self, sql: &'static str, params: &[Param<'_>]) -> Step<u64> {
        traced(sql);
        let statement = self.prepared(&self.shared.texts.once(sql))?;
        let bound = bind(statement.params(), params, &self.shared.seal)?;
        self.tell(&statement, &bound)
    }

    fn query_each(&self, each: &Each, sets: &[Vec<Param<'_>>]) -> Step<Vec<Vec<Row>>> {
        let mut found: Vec<Vec<Row>> = sets.iter().map(|_| Vec::new()).collect();
        if sets.is_empty() {
            return Ok(found);
        }
        traced(each.sql);
        let text = self.shared.texts.select(each).ok_or_else(unfit)?;
        let statement = self.prepared(&text)?;
        let bound = bind_each(each.types, sets, &self.shared.seal)?;
        // The first column is the number of the set.
        let columns = columns(&statement, 1);
        for row in self.ask(&statement, &bound)? {
            let number: i64 = row.try_get(0).map_err(refused)?;
            let of_set = usize::try_from(number - 1).ok().and_then(|at| found.get_mut(at));
            of_set.ok_or_else(unfit)?.push(self.row(&columns, values(&row, 1)?));
        }
        Ok(found)
    }

    fn execute_each(&self, each: &Each, sets: &[Vec<Param<'_>>]) -> Step<()> {
        if sets.is_empty() {
            return Ok(());
        }
        traced(each.sql);
        let text = self.shared.texts.change(each).ok_or_else(unfit)?;
        let statement = self.prepared(&text)?;
        self.tell(&statement, &bind_each(each.types, sets, &self.shared.seal)?)?;
        Ok(())
    }
}

/// Names of the columns of a statement, without the first `skipped`.
fn columns(statement: &Statement, skipped: usize) -> Columns {
    statement.columns().iter().skip(skipped).map(|column| column.name().to_owned()).collect()
}

fn handed<'a>(bound: &'a [Bound<'_>]) -> Vec<&'a (dyn ToSql + Sync)> {
    bound.iter().map(Bound::sql).collect()
}

fn unfit() -> Fault {
    words(Trouble::Other, "a statement that cannot be run for many sets of parameters")
}
