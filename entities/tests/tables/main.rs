//! The tables against real databases.

#![expect(clippy::unwrap_used, reason = "a test may fail where it can not go on")]

mod address_samples;
mod call_samples;
mod databases;
mod file_samples;
mod finders;
mod isolation;
mod job_samples;
mod receipt_samples;
mod rows;
mod samples;
mod work_samples;
