package scheduler

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/robfig/cron/v3"

	"boardcast/storage"
)

// job is a recurring piece of work of our own. Its schedule is evaluated in UTC against the stored time of its last run, so
// that one that was missed while the process was down is made up once.
type job struct {
	name     string
	schedule cron.Schedule
	run      func(tx storage.Tx, now time.Time) (done bool, err error)
}

// keepSettled is how long it can be asked what became of a notice.
const keepSettled = 30 * 24 * time.Hour

// recurring returns the jobs.
func recurring() ([]job, error) {
	const daily = "10 4 * * *"
	schedule, err := cron.ParseStandard(daily)
	if err != nil {
		return nil, fmt.Errorf("schedule %q: %w", daily, err)
	}
	return []job{
		{name: "forget-notices", schedule: schedule, run: forgetNotices},
		{name: "forget-mentions", schedule: schedule, run: storage.ForgetMentions},
		{name: "forget-lines", schedule: schedule, run: storage.ForgetLines},
	}, nil
}

// runJobs runs what is due and returns when the next job will be.
func (p *Planner) runJobs(ctx context.Context, now time.Time) (time.Time, error) {
	var next time.Time
	for _, j := range p.jobs {
		at, err := p.runJob(ctx, now, j)
		if err != nil {
			return time.Time{}, fmt.Errorf("job %s: %w", j.name, err)
		}
		next = soonest(next, at)
	}
	return next, nil
}

// runJob runs a job if it is due and returns when it will be next. A job that never ran counts as having run now.
func (p *Planner) runJob(ctx context.Context, now time.Time, j job) (time.Time, error) {
	var last time.Time
	err := p.store.View(ctx, func(r storage.Reader) error {
		run, err := storage.JobRuns.Get(r, j.name)
		last = run.Last
		return err
	})
	never := errors.Is(err, storage.ErrNotFound)
	if err != nil && !never {
		return time.Time{}, err
	}
	if at := j.schedule.Next(last.UTC()); !never && at.After(now) {
		return at, nil
	}
	for done := never; !done; {
		err := p.store.Update(ctx, func(tx storage.Tx) (err error) {
			done, err = j.run(tx, now)
			return err
		})
		if err != nil {
			return time.Time{}, err
		}
	}
	err = p.store.Update(ctx, func(tx storage.Tx) error {
		return storage.JobRuns.Put(tx, storage.JobRun{Name: j.name, Last: now})
	})
	return j.schedule.Next(now.UTC()), err
}

// forgetNotices deletes a page of the notices that settled long ago.
func forgetNotices(tx storage.Tx, now time.Time) (bool, error) {
	for notice, err := range storage.SettledBefore(tx, now.Add(-keepSettled)) {
		if err != nil {
			return false, err
		}
		if tx.Room() < 2*writesPerNotice {
			return false, nil
		}
		if err := storage.Notices.Delete(tx, notice.Key()...); err != nil {
			return false, err
		}
	}
	return true, nil
}
