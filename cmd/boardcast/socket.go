package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"boardcast/storage/bolt"
)

// socketPath is where a running boardcast answers the verbs of the machine's own people.
func socketPath(store string) string { return store + ".sock" }

// serveSocket answers verbs until ctx ends. A socket that cannot be opened is no reason not to serve people.
func serveSocket(ctx context.Context, store *bolt.Store, path string, log *slog.Logger) error {
	name := socketPath(path)
	if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
		log.WarnContext(ctx, "old socket stays", "error", err)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "unix", name)
	if err != nil {
		log.WarnContext(ctx, "no socket: verbs beside this process will not work", "error", err)
		return nil
	}
	if err := os.Chmod(name, 0o600); err != nil {
		return errors.Join(fmt.Errorf("protect the socket: %w", err), listener.Close())
	}
	server := &http.Server{Handler: socketHandler(store, log), ReadHeaderTimeout: 5 * time.Second}
	context.AfterFunc(ctx, func() {
		if err := server.Close(); err != nil {
			log.Warn("close the socket", "error", err)
		}
	})
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve the socket: %w", err)
	}
	return nil
}

func socketHandler(store *bolt.Store, log *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /backup", func(w http.ResponseWriter, r *http.Request) {
		if _, err := store.Backup(r.Context(), w); err != nil {
			log.ErrorContext(r.Context(), "backup broke off", "error", err)
			panic(http.ErrAbortHandler) // so that the other side sees a broken copy as such
		}
	})
	return mux
}

// backup copies the store: through the socket of the process that serves it, else from the file.
func (p program) backup(ctx context.Context) error {
	set, file := p.flags("backup")
	c, err := p.parse(set, file)
	if err != nil {
		return err
	}
	if set.NArg() != 1 {
		return &usageError{errors.New("backup takes one file, which is not there yet: boardcast backup FILE")}
	}
	to := set.Arg(0)
	if err := backupBeside(ctx, c.Storage.Path, to); err == nil || !errors.Is(err, errNobodyServes) {
		return p.copied(to, err)
	}
	if _, err := os.Stat(c.Storage.Path); err != nil {
		return fmt.Errorf("there is no store to copy: %w", err)
	}
	store, err := bolt.Open(ctx, c.Storage.Path, bolt.Options{Holder: "boardcast backup", Started: time.Now()})
	if err != nil {
		return err
	}
	return p.copied(to, errors.Join(store.BackupFile(ctx, to), store.Close()))
}

func (p program) copied(to string, err error) error {
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "The store is copied to %s.\n", to)
	return err
}

// errNobodyServes says that no process answers at the socket.
var errNobodyServes = errors.New("nobody serves the store")

// backupBeside has the process that serves the store copy it.
func backupBeside(ctx context.Context, store, to string) error {
	client := &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", socketPath(store))
		},
	}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://boardcast/backup", nil)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("%w: %w", errNobodyServes, err)
	}
	defer response.Body.Close()
	return writeNew(to, response.Body)
}

// writeNew writes a file that must not be there yet; a broken one is taken away again.
func writeNew(to string, from io.Reader) (err error) {
	const ownerOnly = 0o600
	file, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, ownerOnly) //nolint:gosec // the operator names the file
	if err != nil {
		return err
	}
	_, err = io.Copy(file, from)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return errors.Join(fmt.Errorf("copy the store to %s: %w", to, err), os.Remove(to))
	}
	return nil
}
