//! What a broker is to be told: written with what happened, deleted once the broker has confirmed it.

use super::error::Doing;
use super::rows::{AT_ONCE, filled, places};
use super::{Store, StoreError, new_id};
use crate::clock::Moment;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};
use std::time::Duration;

/// What a piece of mail is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailKind {
    /// A job is due.
    Job,
    /// Something happened.
    Event,
}

/// A row of the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// The row.
    pub id: String,
    /// What it is.
    pub kind: MailKind,
    /// Where it goes: stage and class of a job, kind of an event.
    pub key: String,
    /// The job, or the number of the event.
    pub subject: String,
    /// The body of an event.
    pub body: String,
    /// The trace of the source, as W3C `traceparent`.
    pub trace: String,
    /// How often it was sent before.
    pub tries: i64,
}

/// A message that the broker gave up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// The queue that gave it up.
    pub queue: String,
    /// Why.
    pub reason: String,
    /// The job that it names.
    pub job: Option<String>,
    /// Its body, as text.
    pub body: String,
}

impl Store {
    /// Gives mail to send, at most `most`; until `hold` is over nobody else sends it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn mail_to_send(&self, most: i64, now: Moment, hold: Duration) -> Result<Vec<Mail>, StoreError> {
        // Looked up first, so that an empty outbox costs no write.
        let query =
            sqlx::query_scalar("select count(*) from (select 1 from outbox where due_at <= $1 limit 1) as mail");
        let some: i64 = query.bind(now.0).fetch_one(&self.reader).await.doing("look into the outbox")?;
        if some == 0 {
            return Ok(Vec::new());
        }
        let rows = sqlx::query(
            "update outbox set due_at = $1, tries = tries + 1 where id in ( \
               select id from outbox where due_at <= $2 order by due_at, id limit $3) \
             and due_at <= $2 returning id, kind, key, subject, body, trace, tries - 1 as tries",
        )
        .bind(now.plus(hold).0)
        .bind(now.0)
        .bind(most)
        .fetch_all(&self.light)
        .await
        .doing("take mail from the outbox")?;
        let mut mail: Vec<Mail> =
            rows.iter().map(|row| mail_of(row).doing("read the outbox")).collect::<Result<_, _>>()?;
        mail.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(mail)
    }

    /// Forgets mail that the broker has confirmed.
    ///
    /// # Errors
    /// When the database does not answer: then it is sent again.
    pub async fn mail_sent(&self, sent: &[Mail], now: Moment) -> Result<(), StoreError> {
        let announced: Vec<&str> =
            sent.iter().filter(|mail| mail.kind == MailKind::Job).map(|mail| mail.subject.as_str()).collect();
        for jobs in announced.chunks(AT_ONCE) {
            let sql = format!("update jobs set announced_at = $1 where id in ({})", places(2, AT_ONCE));
            let query = sqlx::query(AssertSqlSafe(sql)).bind(now.0);
            let query = filled(jobs).fold(query, |query, job| query.bind(job.to_owned()));
            query.execute(&self.light).await.doing("note announcements")?;
        }
        let ids: Vec<&str> = sent.iter().map(|mail| mail.id.as_str()).collect();
        for ids in ids.chunks(AT_ONCE) {
            let sql = format!("delete from outbox where id in ({})", places(1, AT_ONCE));
            let query = filled(ids).fold(sqlx::query(AssertSqlSafe(sql)), |query, id| query.bind(id.to_owned()));
            query.execute(&self.light).await.doing("empty the outbox")?;
        }
        Ok(())
    }

    /// Keeps mail that the broker refused, or did not confirm, for another try.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn mail_refused(&self, mail: &Mail, why: &str, again_at: Moment) -> Result<(), StoreError> {
        let query = sqlx::query("update outbox set error = $1, due_at = $2 where id = $3");
        let query = query.bind(why).bind(again_at.0).bind(&mail.id);
        query.execute(&self.light).await.doing("keep refused mail")?;
        Ok(())
    }

    /// Counts what the broker has not confirmed.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn outbox_size(&self) -> Result<u64, StoreError> {
        let count: i64 = sqlx::query_scalar("select count(*) from outbox")
            .fetch_one(&self.reader)
            .await
            .doing("count the outbox")?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    /// Keeps a message that the broker gave up, and announces its job again where it is still due.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn bury(&self, letter: &DeadLetter, now: Moment) -> Result<(), StoreError> {
        let mut tx = self.begin(now).await?;
        sqlx::query("insert into dead_letters (id, queue, reason, job, body, at) values ($1, $2, $3, $4, $5, $6)")
            .bind(new_id())
            .bind(&letter.queue)
            .bind(&letter.reason)
            .bind(letter.job.as_deref())
            .bind(&letter.body)
            .bind(now.0)
            .execute(&mut *tx.inner)
            .await
            .doing("keep a dead letter")?;
        if let Some(job) = &letter.job {
            let query = sqlx::query("select stage, class, trace from jobs where id = $1 and state = 'due'").bind(job);
            if let Some(row) = query.fetch_optional(&mut *tx.inner).await.doing("look for the job of a dead letter")? {
                let read = || -> Result<(String, String, String), sqlx::Error> {
                    Ok((row.try_get("stage")?, row.try_get("class")?, row.try_get("trace")?))
                };
                let (stage, class, trace) = read().doing("look for the job of a dead letter")?;
                tx.announce(job, &stage, &class, &trace, now).await?;
            }
        }
        tx.commit(&[]).await
    }

    /// Gives the last dead letters.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn dead_letters(&self, most: i64) -> Result<Vec<DeadLetter>, StoreError> {
        let query = sqlx::query("select queue, reason, job, body from dead_letters order by id desc limit $1");
        let rows = query.bind(most).fetch_all(&self.reader).await.doing("read dead letters")?;
        let read = |row: &AnyRow| -> Result<DeadLetter, sqlx::Error> {
            Ok(DeadLetter {
                queue: row.try_get("queue")?,
                reason: row.try_get("reason")?,
                job: row.try_get("job")?,
                body: row.try_get("body")?,
            })
        };
        rows.iter().map(|row| read(row).doing("read dead letters")).collect()
    }
}

fn mail_of(row: &AnyRow) -> Result<Mail, sqlx::Error> {
    let kind: String = row.try_get("kind")?;
    Ok(Mail {
        id: row.try_get("id")?,
        kind: if kind == "job" { MailKind::Job } else { MailKind::Event },
        key: row.try_get("key")?,
        subject: row.try_get("subject")?,
        body: row.try_get("body")?,
        trace: row.try_get("trace")?,
        tries: row.try_get("tries")?,
    })
}
