//! What the room of the tasks decides. Pure.

use entities::{BoardId, ContactId, Principal, TaskId, TenantId, Timestamp, UserId, task};

use crate::event::EventType;

use super::{CreateTask, TaskError, UpdateTask};

/// The title of a task nobody named.
const FOLLOW_UP: &str = "Follow up";
/// In characters.
const TITLE: usize = 200;
const NOTE: usize = 2_000;

/// Everything a decision may use besides state, command and facts.
#[derive(Clone, Copy)]
pub(super) struct Given {
    pub(super) tenant: TenantId,
    pub(super) by: Principal,
    /// To the millisecond.
    pub(super) now: Timestamp,
    /// Of a task that is made.
    pub(super) id: TaskId,
}

/// A task, and the board it stands on now.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Standing {
    pub(super) row: task::Model,
    pub(super) board: Option<BoardId>,
}

/// What a command names, as the caller may see it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Facts {
    pub(super) conversation: Option<Thread>,
    pub(super) contact_is_there: bool,
    pub(super) board_is_there: bool,
    /// The assignee is active, and may see the task.
    pub(super) assignee_is_able: bool,
}

/// What a task needs to know of its conversation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Thread {
    pub(super) contact_id: ContactId,
    pub(super) board_id: Option<BoardId>,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Decision {
    pub(super) after: Standing,
    /// What is told, in order. Nothing: the task stays as it is.
    pub(super) told: Vec<EventType>,
    /// When its timer is to look, if one is to be owed or moved.
    pub(super) rings_at: Option<Timestamp>,
    /// Who had it before.
    pub(super) had: Option<UserId>,
}

/// What a timer finds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Ring {
    /// There is nothing to tell any more.
    Nothing,
    /// It was put off until then.
    Later(Timestamp),
    Tell(Box<Decision>),
}

/// Decides to make a task.
pub(super) fn decide_create(create: &CreateTask, facts: &Facts, given: Given) -> Result<Decision, TaskError> {
    let title = checked_title(create.title.as_deref().unwrap_or(FOLLOW_UP))?;
    let note = checked_note(create.note.as_deref())?;
    let thread = thread(create, facts)?;
    if create.assignee_id.is_some() {
        able(facts)?;
    }
    let row = task::Model {
        id: given.id,
        tenant_id: given.tenant,
        title,
        note,
        assignee_id: create.assignee_id,
        contact_id: thread.map(|thread| thread.contact_id).or(create.contact_id),
        conversation_id: create.conversation_id,
        board_id: create.board_id,
        due_at: create.due_at.map(Timestamp::in_milliseconds),
        told_due: false,
        done_at: None,
        done_by: None,
        listed_at: task::NO_DATE,
        rev: 0,
        created_at: given.now,
        updated_at: given.now,
        created_by: Some(given.by),
        updated_by: Some(given.by),
        deleted_at: None,
    };
    let board = thread.map_or(create.board_id, |thread| thread.board_id);
    Ok(finish(None, Standing { row, board }, vec![EventType::TaskCreated], given))
}

/// The conversation it is to be about, if any; what else is named must be there and fit.
fn thread(create: &CreateTask, facts: &Facts) -> Result<Option<Thread>, TaskError> {
    if create.conversation_id.is_none() {
        if create.contact_id.is_some() && !facts.contact_is_there {
            return Err(TaskError::NotFound);
        }
        if create.board_id.is_some() && !facts.board_is_there {
            return Err(TaskError::Invalid { field: "board_id", reason: "does not exist" });
        }
        return Ok(None);
    }
    let thread = facts.conversation.ok_or(TaskError::NotFound)?;
    if create.contact_id.is_some_and(|contact| contact != thread.contact_id) {
        return Err(TaskError::Invalid {
            field: "contact_id",
            reason: "must be the contact of the conversation",
        });
    }
    if create.board_id.is_some() {
        let reason = "must be left out: the task stands where its conversation stands";
        return Err(TaskError::Invalid { field: "board_id", reason });
    }
    Ok(Some(thread))
}

/// Decides to change a task.
pub(super) fn decide_update(
    before: &Standing,
    update: &UpdateTask,
    facts: &Facts,
    given: Given,
) -> Result<Decision, TaskError> {
    seen(before, update.rev)?;
    let mut after = before.clone();
    if let Some(title) = &update.title {
        after.row.title = checked_title(title)?;
    }
    if let Some(note) = &update.note {
        after.row.note = checked_note(note.as_deref())?;
    }
    if let Some(assignee) = update.assignee_id {
        if assignee.is_some() && assignee != before.row.assignee_id {
            able(facts)?;
        }
        after.row.assignee_id = assignee;
    }
    if let Some(due_at) = update.due_at {
        after.row.due_at = due_at.map(Timestamp::in_milliseconds);
        after.row.told_due &= after.row.due_at == before.row.due_at;
    }
    let mut told = Vec::new();
    if after != *before {
        told.push(EventType::TaskUpdated);
    }
    match (update.done, before.row.done_at) {
        (Some(true), None) => {
            (after.row.done_at, after.row.done_by) = (Some(given.now), Some(given.by));
            told.push(EventType::TaskDone);
        }
        (Some(false), Some(_)) => {
            (after.row.done_at, after.row.done_by) = (None, None);
            told.push(EventType::TaskReopened);
        }
        _ => {}
    }
    Ok(finish(Some(&before.row), after, told, given))
}

/// Decides to remove a task.
pub(super) fn decide_remove(
    before: &Standing,
    rev: Option<i64>,
    given: Given,
) -> Result<Decision, TaskError> {
    seen(before, rev)?;
    let mut after = before.clone();
    after.row.deleted_at = Some(given.now);
    Ok(finish(Some(&before.row), after, vec![EventType::TaskDeleted], given))
}

/// Decides what a timer that was set for `due` tells.
pub(super) fn decide_ring(before: Option<Standing>, due: Timestamp, given: Given) -> Ring {
    let Some(mut after) = before else { return Ring::Nothing };
    match rings_at(&after.row) {
        None => Ring::Nothing,
        Some(at) if at > due => Ring::Later(at),
        Some(_) => {
            let before = after.row.clone();
            after.row.told_due = true;
            Ring::Tell(Box::new(finish(Some(&before), after, vec![EventType::TaskDue], given)))
        }
    }
}

/// Counts the change, gives the task its place, and sees to its timer. A task nothing is told of stays as it is.
fn finish(before: Option<&task::Model>, mut after: Standing, told: Vec<EventType>, given: Given) -> Decision {
    let had = before.and_then(|before| before.assignee_id);
    if told.is_empty() {
        return Decision { after, told, rings_at: None, had };
    }
    let row = &mut after.row;
    row.rev += 1;
    row.updated_at = given.now;
    row.updated_by = Some(given.by);
    row.listed_at = row.done_at.or(row.due_at).unwrap_or(task::NO_DATE);
    let rings_at = rings_at(row).filter(|at| before.and_then(self::rings_at) != Some(*at));
    Decision { after, told, rings_at, had }
}

/// When users are to be told that it is due; `None` when there is nothing to tell.
fn rings_at(row: &task::Model) -> Option<Timestamp> {
    let over = row.told_due || row.done_at.is_some() || row.deleted_at.is_some();
    row.due_at.filter(|_| !over)
}

fn seen(before: &Standing, rev: Option<i64>) -> Result<(), TaskError> {
    match rev {
        Some(seen) if seen != before.row.rev => Err(TaskError::RevMismatch { rev: before.row.rev }),
        _ => Ok(()),
    }
}

fn able(facts: &Facts) -> Result<(), TaskError> {
    let reason = "must be an active user who may see this task";
    facts.assignee_is_able.then_some(()).ok_or(TaskError::Invalid { field: "assignee_id", reason })
}

fn checked_title(title: &str) -> Result<String, TaskError> {
    let title = title.trim();
    let good = (1..=TITLE).contains(&title.chars().count()) && !title.chars().any(char::is_control);
    let refused = TaskError::Invalid { field: "title", reason: "must have 1 to 200 characters" };
    good.then(|| title.to_owned()).ok_or(refused)
}

/// The note as it is kept; one that says nothing is none.
fn checked_note(note: Option<&str>) -> Result<Option<String>, TaskError> {
    let Some(note) = note.map(str::trim).filter(|note| !note.is_empty()) else { return Ok(None) };
    let unreadable = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t');
    if note.chars().count() > NOTE || note.chars().any(unreadable) {
        return Err(TaskError::Invalid { field: "note", reason: "must have at most 2000 characters" });
    }
    Ok(Some(note.to_owned()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_micros(hour * 3_600_000_000)
    }

    fn given(hour: i64) -> Given {
        Given {
            tenant: TenantId::from_uuid(Uuid::nil()),
            by: Principal::System,
            now: at(hour),
            id: TaskId::from_uuid(Uuid::from_u128(1)),
        }
    }

    fn id<T>(number: u128, of: impl Fn(Uuid) -> T) -> T {
        of(Uuid::from_u128(number))
    }

    fn everything() -> Facts {
        let (contact_id, board_id) = (id(7, ContactId::from_uuid), Some(id(8, BoardId::from_uuid)));
        Facts {
            conversation: Some(Thread { contact_id, board_id }),
            contact_is_there: true,
            board_is_there: true,
            assignee_is_able: true,
        }
    }

    fn about_a_conversation() -> CreateTask {
        let conversation_id = Some(id(6, entities::ConversationId::from_uuid));
        CreateTask { conversation_id, due_at: Some(at(9)), ..CreateTask::default() }
    }

    fn update() -> UpdateTask {
        UpdateTask::of(given(0).id)
    }

    fn field(refused: TaskError) -> &'static str {
        match refused {
            TaskError::Invalid { field, .. } => field,
            other => panic!("{other}"),
        }
    }

    #[test]
    fn a_follow_up_needs_no_title_and_knows_the_contact_and_the_board_of_its_conversation() {
        let made = decide_create(&about_a_conversation(), &everything(), given(1)).unwrap();
        assert_eq!((made.after.row.title.as_str(), made.after.row.rev), ("Follow up", 1));
        assert_eq!(made.after.row.contact_id, Some(id(7, ContactId::from_uuid)));
        assert_eq!((made.after.board, made.after.row.board_id), (Some(id(8, BoardId::from_uuid)), None));
        assert_eq!((made.told, made.rings_at), (vec![EventType::TaskCreated], Some(at(9))));
    }

    #[test]
    fn what_is_not_there_or_does_not_fit_is_refused() {
        let refuses =
            |create: CreateTask, facts: Facts| decide_create(&create, &facts, given(1)).unwrap_err();
        let (nothing, all) = (Facts::default(), everything());
        assert_eq!(refuses(about_a_conversation(), nothing), TaskError::NotFound);
        let contact_id = Some(id(9, ContactId::from_uuid));
        assert_eq!(refuses(CreateTask { contact_id, ..CreateTask::default() }, nothing), TaskError::NotFound);
        assert_eq!(field(refuses(CreateTask { contact_id, ..about_a_conversation() }, all)), "contact_id");
        let board_id = Some(id(8, BoardId::from_uuid));
        assert_eq!(field(refuses(CreateTask { board_id, ..CreateTask::default() }, nothing)), "board_id");
        assert_eq!(field(refuses(CreateTask { board_id, ..about_a_conversation() }, all)), "board_id");
        let assignee_id = Some(id(5, UserId::from_uuid));
        assert_eq!(
            field(refuses(CreateTask { assignee_id, ..CreateTask::default() }, nothing)),
            "assignee_id"
        );
        for title in ["", "  ", "a\nb", &"x".repeat(201)] {
            let title = Some(title.to_owned());
            assert_eq!(field(refuses(CreateTask { title, ..CreateTask::default() }, nothing)), "title");
        }
        for note in ["a\0b", &"x".repeat(2_001)] {
            let note = Some(note.to_owned());
            assert_eq!(field(refuses(CreateTask { note, ..CreateTask::default() }, nothing)), "note");
        }
    }

    #[test]
    fn one_change_tells_each_thing_once_and_none_tells_nothing() {
        let made = decide_create(&about_a_conversation(), &everything(), given(1)).unwrap().after;
        let change = UpdateTask { title: Some(" Call ".to_owned()), done: Some(true), ..update() };
        let done = decide_update(&made, &change, &Facts::default(), given(2)).unwrap();
        assert_eq!(done.told, [EventType::TaskUpdated, EventType::TaskDone]);
        assert_eq!((done.after.row.rev, done.after.row.done_at), (2, Some(at(2))));
        let again = decide_update(&done.after, &change, &Facts::default(), given(3)).unwrap();
        assert_eq!((again.told, again.after), (vec![], done.after.clone()));
        let open = UpdateTask { done: Some(false), rev: Some(2), ..update() };
        let open = decide_update(&done.after, &open, &Facts::default(), given(4)).unwrap();
        assert_eq!((open.told, open.rings_at), (vec![EventType::TaskReopened], Some(at(9))));
        let late = UpdateTask { rev: Some(2), ..update() };
        let late = decide_update(&open.after, &late, &Facts::default(), given(5));
        assert_eq!(late, Err(TaskError::RevMismatch { rev: 3 }));
    }

    /// What can happen to a task, each an hour after the last.
    #[derive(Clone, Debug)]
    enum Step {
        PutOff(Option<i64>),
        Done(bool),
        Rename(bool),
        /// The timer comes, if its time has come; or comes though it was done already.
        Timer,
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            prop::option::of(0..40_i64).prop_map(Step::PutOff),
            any::<bool>().prop_map(Step::Done),
            any::<bool>().prop_map(Step::Rename),
            Just(Step::Timer),
        ];
        prop::collection::vec(step, 0..40)
    }

    fn command(step: &Step) -> UpdateTask {
        match step {
            Step::PutOff(due) => UpdateTask { due_at: Some(due.map(at)), ..update() },
            Step::Done(done) => UpdateTask { done: Some(*done), ..update() },
            Step::Rename(one) => UpdateTask { title: Some(format!("{one}")), ..update() },
            Step::Timer => update(),
        }
    }

    proptest! {
        #[test]
        fn a_time_is_told_once_and_only_when_it_has_come_and_the_task_is_open(steps in steps()) {
            let made = decide_create(&about_a_conversation(), &everything(), given(0)).unwrap();
            let (mut task, mut timer) = (made.after, made.rings_at.unwrap());
            let mut told_of_this_time = 0;
            for (hour, step) in steps.iter().chain([&Step::Timer]).enumerate() {
                let (before, now) = (task.clone(), given(hour as i64));
                let decision = match step {
                    Step::Timer if timer > now.now => continue,
                    Step::Timer => match decide_ring(Some(task.clone()), timer, now) {
                        Ring::Nothing => continue,
                        Ring::Later(at) => { timer = at; continue }
                        Ring::Tell(decision) => *decision,
                    },
                    step => decide_update(&task, &command(step), &Facts::default(), now).unwrap(),
                };
                task = decision.after;
                timer = decision.rings_at.unwrap_or(timer);
                if task.row.due_at != before.row.due_at { told_of_this_time = 0 }
                if decision.told.contains(&EventType::TaskDue) {
                    told_of_this_time += 1;
                    prop_assert!(before.row.done_at.is_none() && before.row.due_at.unwrap() <= now.now);
                }
                prop_assert!(told_of_this_time <= 1);
                prop_assert_eq!(task.row.rev, before.row.rev + i64::from(!decision.told.is_empty()));
                let listed = task.row.done_at.or(task.row.due_at).unwrap_or(task::NO_DATE);
                prop_assert_eq!(task.row.listed_at, listed);
                // Whatever is to be told, the timer looks in time.
                prop_assert!(rings_at(&task.row).is_none_or(|at| timer <= at), "{:?} {:?}", timer, task);
            }
            let end = given(steps.len() as i64).now;
            prop_assert!(rings_at(&task.row).is_none_or(|at| at > end), "the last look told what was due: {task:?}");
        }
    }
}
