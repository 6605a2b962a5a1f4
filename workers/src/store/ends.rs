//! How a hold ends: the stage is done, the source broke it, the program stops, or the worker came back too late.

use super::error::Doing;
use super::transaction::{NewJob, Tx};
use super::{NewEvent, Store, StoreError};
use crate::clock::Moment;
use crate::crash::point;
use crate::job::{Job, Stage};
use guichet_pipeline::resemblance::Signature;
use serde_json::json;

/// What a stage made of a source.
#[derive(Clone, Debug, Default)]
pub struct StageEnd {
    /// What it made.
    pub artifact: Artifact,
    /// What follows; `None` when the source is done.
    pub next: Option<Stage>,
    /// How the source stands now.
    pub source: SourceEnd,
    /// The documents in it, where the stage finds them.
    pub segments: Option<Vec<SegmentRow>>,
    /// What its letters tell that keeps reminders, each with a lease, or none where nobody can say whose it is.
    pub signals: Vec<(String, String)>,
    /// The earlier documents, for other leases, that its decisions know of.
    pub considered: Vec<String>,
    /// The hash of the register that it decided with; `None` where it decided nothing, or without one.
    pub register: Option<String>,
    /// What happened.
    pub events: Vec<NewEvent>,
}

/// What a stage made, by the fingerprint of all that went into it.
#[derive(Clone, Debug, Default)]
pub struct Artifact {
    /// The fingerprint.
    pub fingerprint: String,
    /// The thing itself, where it is small.
    pub body: Option<String>,
    /// The hash of its blob, where it is large.
    pub blob: Option<String>,
}

/// How a source stands after a stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SourceEnd {
    /// Another stage follows.
    #[default]
    Waiting,
    /// It has its result line, with this many pages.
    Done {
        /// How many pages.
        pages: i64,
    },
    /// Its result line says why it could not be read.
    Error,
}

/// A document of a source.
#[derive(Clone, Debug)]
pub struct SegmentRow {
    /// The pages, as JSON.
    pub pages: String,
    /// The type's code.
    pub type_code: String,
    /// Thousandths.
    pub confidence: i64,
    /// The attachment of a mail that holds it.
    pub attachment: Option<String>,
    /// The fields, as JSON.
    pub fields: String,
    /// The decision, where it carries one.
    pub decision: Option<DecisionRow>,
    /// What it is known by when it comes again.
    pub signature: Option<Signature>,
}

/// A decision on a document.
#[derive(Clone, Debug)]
pub struct DecisionRow {
    /// `accept`, `review` or `reject`.
    pub outcome: String,
    /// The reasons, as JSON.
    pub reasons: String,
    /// The lease.
    pub lease: Option<String>,
    /// The checks, as JSON.
    pub checks: String,
}

/// The end of a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finished {
    /// Everything is in.
    Done,
    /// The hold was lost to somebody else: nothing is in.
    Superseded,
    /// Another register was applied since it decided: nothing is in, and the job is still held.
    Outdated,
}

/// Why a stage was broken off by its source.
#[derive(Clone, Debug)]
pub struct Failure {
    /// A code for people and metrics: `delai_depasse`.
    pub reason: String,
    /// The fault that the source shows, as JSON.
    pub fault: String,
    /// When to try again, if there is another attempt.
    pub again_at: Moment,
    /// Attempts after which the source is set aside.
    pub most: i64,
}

/// What comes after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failed {
    /// Another attempt.
    Again,
    /// Nothing: the source is set aside, with its reason.
    Quarantined,
    /// The hold was lost to somebody else.
    Superseded,
}

/// Why a job is given back untouched.
#[derive(Clone, Debug)]
pub struct Released {
    /// What hindered the machine; `None` when the program stops.
    pub error: Option<String>,
    /// When the job may be taken again.
    pub again_at: Moment,
}

impl Store {
    /// Ends a stage in one transaction: own job closed where the token still matches, artifact in, state on, next job
    /// in, events appended.
    ///
    /// # Errors
    /// When the database does not answer: then nothing is in, or everything, and asking again tells.
    pub async fn finish(&self, job: &Job, end: &StageEnd, now: Moment) -> Result<Finished, StoreError> {
        let mut tx = self.begin(now).await?;
        let closed = sqlx::query(
            "update jobs set state = 'done', holder = null, error = null, changed_at = $1 \
             where id = $2 and token = $3 and state = 'held'",
        );
        let closed = closed.bind(now.0).bind(&job.id).bind(job.token).execute(&mut *tx.inner).await;
        if closed.doing("close a job")?.rows_affected() == 0 {
            tx.roll_back().await?;
            return Ok(if self.is_closed(job).await? { Finished::Done } else { Finished::Superseded });
        }
        point("job_closed");
        tx.put_artifact(job, &end.artifact, now).await?;
        tx.move_source(job, end, now).await?;
        let mut events = end.events.clone();
        if let Some(segments) = &end.segments {
            tx.put_segments(job, &end.artifact.fingerprint, segments, now).await?;
            tx.put_signals(job, &end.signals, now).await?;
            // The source's own last word stays the last.
            let last = events.pop();
            events.extend(tx.link_papers(job, segments, &end.considered, now).await?);
            events.extend(last);
        }
        if let Some(stage) = end.next {
            let new = NewJob { source: &job.source, stage, round: round_of(job), class: job.class, trace: &job.trace };
            tx.add_job(&new).await?;
        }
        if let Some(register) = &end.register
            && !tx.stands_on(register).await?
        {
            tx.roll_back().await?;
            return Ok(Finished::Outdated);
        }
        point("before_commit");
        tx.commit(&events).await?;
        point("after_commit");
        Ok(Finished::Done)
    }

    /// Tells whether this very hold closed the job: a commit whose answer was lost.
    async fn is_closed(&self, job: &Job) -> Result<bool, StoreError> {
        let query = sqlx::query_scalar("select count(*) from jobs where id = $1 and token = $2 and state = 'done'");
        let count: i64 = query.bind(&job.id).bind(job.token).fetch_one(&self.reader).await.doing("look at a job")?;
        Ok(count > 0)
    }

    /// Ends an attempt that the source broke; after the last one the source is set aside with its reason.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn fail(&self, job: &Job, failure: &Failure, now: Moment) -> Result<Failed, StoreError> {
        let mut tx = self.begin(now).await?;
        let failed = sqlx::query(
            "update jobs set state = 'due', attempts = attempts + 1, holder = null, error = $1, due_at = $2, \
             changed_at = $3 where id = $4 and token = $5 and state = 'held'",
        )
        .bind(&failure.reason)
        .bind(failure.again_at.0)
        .bind(now.0)
        .bind(&job.id)
        .bind(job.token)
        .execute(&mut *tx.inner)
        .await
        .doing("end an attempt")?;
        if failed.rows_affected() == 0 {
            tx.roll_back().await?;
            return Ok(Failed::Superseded);
        }
        let attempts = job.attempts + 1;
        let quarantined = attempts >= failure.most;
        if quarantined {
            tx.quarantine(job, &failure.reason, &failure.fault).await?;
        } else {
            tx.announce(&job.id, job.stage.name(), job.class.name(), &job.trace, failure.again_at).await?;
        }
        let event = NewEvent {
            kind: if quarantined { "source.quarantined" } else { "attempt.failed" },
            source: Some(job.source.clone()),
            data: json!({"job": job.id, "attempts": attempts, "losses": job.losses, "reason": failure.reason}),
            trace: job.trace.clone(),
        };
        tx.commit(&[event]).await?;
        Ok(if quarantined { Failed::Quarantined } else { Failed::Again })
    }

    /// Gives a job back untouched: the program stops, or the machine is not up to it. No attempt is counted.
    ///
    /// # Errors
    /// When the database does not answer; the hold lapses by itself.
    pub async fn release(&self, job: &Job, why: &Released, now: Moment) -> Result<bool, StoreError> {
        let mut tx = self.begin(now).await?;
        let released = sqlx::query(
            "update jobs set state = 'due', holder = null, error = $1, due_at = $2, changed_at = $3 \
             where id = $4 and token = $5 and state = 'held'",
        )
        .bind(why.error.as_deref())
        .bind(why.again_at.0)
        .bind(now.0)
        .bind(&job.id)
        .bind(job.token)
        .execute(&mut *tx.inner)
        .await
        .doing("give a job back")?;
        if released.rows_affected() == 0 {
            tx.roll_back().await?;
            return Ok(false);
        }
        tx.announce(&job.id, job.stage.name(), job.class.name(), &job.trace, why.again_at).await?;
        tx.commit(&[]).await?;
        Ok(true)
    }
}

impl Tx {
    /// Sets a job and its source aside. The job's state is one that this transaction has just written.
    pub(super) async fn quarantine(&mut self, job: &Job, reason: &str, fault: &str) -> Result<(), StoreError> {
        let query = sqlx::query("update jobs set state = 'quarantine', reason = $1 where id = $2");
        query.bind(reason).bind(&job.id).execute(&mut *self.inner).await.doing("set a job aside")?;
        let query = sqlx::query("update sources set state = 'quarantine', fault = $1 where id = $2");
        query.bind(fault).bind(&job.source).execute(&mut *self.inner).await.doing("set a source aside")?;
        Ok(())
    }

    async fn put_artifact(&mut self, job: &Job, artifact: &Artifact, now: Moment) -> Result<(), StoreError> {
        sqlx::query(
            "insert into artifacts (source, stage, fingerprint, body, blob, at) values ($1, $2, $3, $4, $5, $6) \
             on conflict (source, stage, fingerprint) do nothing",
        )
        .bind(&job.source)
        .bind(job.stage.name())
        .bind(&artifact.fingerprint)
        .bind(artifact.body.as_deref())
        .bind(artifact.blob.as_deref())
        .bind(now.0)
        .execute(&mut *self.inner)
        .await
        .doing("put an artifact in")?;
        Ok(())
    }

    async fn move_source(&mut self, job: &Job, end: &StageEnd, now: Moment) -> Result<(), StoreError> {
        let (state, pages) = match end.source {
            SourceEnd::Waiting => ("waiting", None),
            SourceEnd::Done { pages } => ("done", Some(pages)),
            SourceEnd::Error => ("error", None),
        };
        let result = (end.source != SourceEnd::Waiting).then_some(end.artifact.fingerprint.as_str());
        sqlx::query(
            "update sources set state = $1, pages = coalesce($2, pages), result = coalesce($3, result), fault = null, \
             changed_at = $4 where id = $5",
        )
        .bind(state)
        .bind(pages)
        .bind(result)
        .bind(now.0)
        .bind(&job.source)
        .execute(&mut *self.inner)
        .await
        .doing("move a source on")?;
        Ok(())
    }

    async fn put_segments(
        &mut self,
        job: &Job,
        fingerprint: &str,
        segments: &[SegmentRow],
        now: Moment,
    ) -> Result<(), StoreError> {
        let query = sqlx::query("delete from segments where source = $1").bind(&job.source);
        query.execute(&mut *self.inner).await.doing("replace segments")?;
        for (place, segment) in (1_i64..).zip(segments) {
            let id = segment_id(&job.source, place);
            sqlx::query(
                "insert into segments (id, source, place, pages, type, confidence, attachment, fields) \
                 values ($1, $2, $3, $4, $5, $6, $7, $8)",
            )
            .bind(&id)
            .bind(&job.source)
            .bind(place)
            .bind(&segment.pages)
            .bind(&segment.type_code)
            .bind(segment.confidence)
            .bind(segment.attachment.as_deref())
            .bind(&segment.fields)
            .execute(&mut *self.inner)
            .await
            .doing("put a segment in")?;
            if let Some(decision) = &segment.decision {
                self.put_decision(&id, fingerprint, decision, now).await?;
            }
        }
        Ok(())
    }

    async fn put_decision(
        &mut self,
        segment: &str,
        fingerprint: &str,
        decision: &DecisionRow,
        now: Moment,
    ) -> Result<(), StoreError> {
        // Decided once more as it was before, a register having come back: it is the last word again.
        sqlx::query(
            "insert into decisions (segment, fingerprint, outcome, reasons, lease, checks, at) \
             values ($1, $2, $3, $4, $5, $6, $7) on conflict (segment, fingerprint) do update set at = excluded.at",
        )
        .bind(segment)
        .bind(fingerprint)
        .bind(&decision.outcome)
        .bind(&decision.reasons)
        .bind(decision.lease.as_deref())
        .bind(&decision.checks)
        .bind(now.0)
        .execute(&mut *self.inner)
        .await
        .doing("put a decision in")?;
        Ok(())
    }
}

/// Gives the id of a segment: the same place in the same source keeps it.
pub(crate) fn segment_id(source: &str, place: i64) -> String {
    format!("{source}/{place}")
}

/// Gives the round of a job from its id.
fn round_of(job: &Job) -> i64 {
    job.id.rsplit('.').next().and_then(|round| round.parse().ok()).unwrap_or(1)
}
