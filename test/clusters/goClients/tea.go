package tea

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"cloud.google.com/go/bigquery"
	"cloud.google.com/go/pubsub"
	secretmanager "cloud.google.com/go/secretmanager/apiv1"
	"cloud.google.com/go/secretmanager/apiv1/secretmanagerpb"
	"cloud.google.com/go/storage"
	"github.com/GoogleCloudPlatform/functions-framework-go/functions"
)

func init() { functions.HTTP("main", ask) }

// ask calls each API once, and answers with what was found, or the error.
func ask(w http.ResponseWriter, r *http.Request) {
	project := r.URL.Query().Get("project")
	calls := map[string]func(context.Context, string) (string, error){
		"bigquery": query, "pubsub": publish, "secretmanager": secret, "storage": object,
	}
	found := map[string]string{}
	for name, call := range calls {
		ctx, cancel := context.WithTimeout(r.Context(), 10*time.Second)
		value, err := call(ctx, project)
		cancel()
		if err != nil {
			value = err.Error()
		}
		found[name] = value
	}
	json.NewEncoder(w).Encode(found)
}

func query(ctx context.Context, project string) (string, error) {
	client, err := bigquery.NewClient(ctx, project)
	if err != nil {
		return "", err
	}
	rows, err := client.Query("SELECT COUNT(*) FROM sales.units").Read(ctx)
	if err != nil {
		return "", err
	}
	var values []bigquery.Value
	if err := rows.Next(&values); err != nil {
		return "", err
	}
	return fmt.Sprint(values[0]), nil
}

func publish(ctx context.Context, project string) (string, error) {
	client, err := pubsub.NewClient(ctx, project)
	if err != nil {
		return "", err
	}
	_, err = client.Topic("sales").Publish(ctx, &pubsub.Message{Data: []byte("tea")}).Get(ctx)
	return "published", err
}

func secret(ctx context.Context, project string) (string, error) {
	client, err := secretmanager.NewClient(ctx)
	if err != nil {
		return "", err
	}
	name := "projects/" + project + "/secrets/key/versions/latest"
	version, err := client.AccessSecretVersion(ctx, &secretmanagerpb.AccessSecretVersionRequest{Name: name})
	if err != nil {
		return "", err
	}
	return string(version.Payload.Data), nil
}

func object(ctx context.Context, project string) (string, error) {
	client, err := storage.NewClient(ctx)
	if err != nil {
		return "", err
	}
	reader, err := client.Bucket("acme-results").Object("there.txt").NewReader(ctx)
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(reader)
	return string(text), err
}
