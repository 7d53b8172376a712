// Command generate writes the schema of Pulumi's Google Cloud provider from public sources: the Terraform provider that it wraps, whose
// source it reads without compiling it, Pulumi's list of tokens, and the declarations of the npm package. ../README.md says how to
// get them.
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	terraform := flag.String("terraform", "", "checkout of hashicorp/terraform-provider-google-beta, at the version that Pulumi's provider wraps")
	pulumi := flag.String("pulumi", "", "checkout of pulumi/pulumi-gcp; only "+tokensFile+" is read")
	installed := flag.String("package", "", "installed npm package @pulumi/gcp of the same version")
	write := flag.String("write", "", "the file to write, such as gcp-9.35.0.json.gz")
	compare := flag.String("compare", "", "a file to compare with; differences are printed, and the exit status is 1")
	code := flag.String("code", "", "the file to write the names of the functions to that decide about plans, such as functions-9.35.0.json")
	only := flag.String("only", "", "modules to compare, such as pubsub,sql (default all)")
	flag.Parse()
	for _, name := range []string{"terraform", "pulumi", "package"} {
		if flag.Lookup(name).Value.String() == "" {
			exit(2, fmt.Errorf("-%s is missing; -help lists the options", name))
		}
	}
	source, schema, provider, err := generate(*terraform, *pulumi, *installed)
	if err != nil {
		exit(1, err)
	}
	fmt.Printf("%d resources and %d functions of %s\n", len(schema.Resources), len(schema.Functions), schema.Provider)
	if *write != "" {
		if err := writeSchema(*write, schema); err != nil {
			exit(1, err)
		}
	}
	if *code != "" {
		if err := writeCode(*code, source, schema, provider, flag.Args()); err != nil {
			exit(1, err)
		}
	}
	if *compare != "" {
		other, err := readSchema(*compare)
		if err != nil {
			exit(1, err)
		}
		differences := Compare(other, schema, strings.FieldsFunc(*only, func(r rune) bool { return r == ',' }))
		for _, difference := range differences {
			fmt.Println(difference)
		}
		if len(differences) > 0 {
			exit(1, fmt.Errorf("%d differences from %s", len(differences), *compare))
		}
		fmt.Printf("no difference from %s\n", *compare)
	}
}

func exit(status int, err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(status)
}

const tokensFile = "provider/cmd/pulumi-resource-gcp/bridge-metadata.json"

// generate fails when anything could not be read, so that nothing is left out in silence.
func generate(terraform, pulumi, installed string) (*Source, *Schema, *Provider, error) {
	source, err := OpenSource(terraform)
	if err != nil {
		return nil, nil, nil, err
	}
	provider, err := ReadProvider(source, "google-beta/services")
	if err != nil {
		return nil, nil, nil, err
	}
	tokens, err := ReadTokens(filepath.Join(pulumi, filepath.FromSlash(tokensFile)))
	if err != nil {
		return nil, nil, nil, err
	}
	declarations, err := OpenDeclarations(installed)
	if err != nil {
		return nil, nil, nil, err
	}
	schema := declarations.Translate(provider, tokens)
	problems := append(provider.Problems, declarations.Problems...)
	for _, problem := range problems {
		fmt.Fprintln(os.Stderr, problem)
	}
	if len(problems) > 0 {
		return nil, nil, nil, fmt.Errorf("%d problems: nothing was written", len(problems))
	}
	for _, note := range declarations.Notes {
		fmt.Fprintln(os.Stderr, "note:", note)
	}
	return source, schema, provider, nil
}

// writeSchema writes the same bytes for the same schema: keys are sorted, and the archive has no time. Each type has a line of its own,
// which schema.ts relies on to parse only the types that it is asked for.
func writeSchema(file string, schema *Schema) error {
	text := bytes.Buffer{}
	text.WriteString("{\"functions\":{\n")
	if err := writeTypes(&text, schema.Functions); err != nil {
		return err
	}
	fmt.Fprintf(&text, "\n},\n\"provider\":%q,\n\"resources\":{\n", schema.Provider)
	if err := writeTypes(&text, schema.Resources); err != nil {
		return err
	}
	text.WriteString("\n}}\n")
	compressed := bytes.Buffer{}
	archive, err := gzip.NewWriterLevel(&compressed, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := archive.Write(text.Bytes()); err != nil {
		return err
	}
	if err := archive.Close(); err != nil {
		return err
	}
	return os.WriteFile(file, compressed.Bytes(), 0o644)
}

func writeTypes(text *bytes.Buffer, types map[string]*Type) error {
	encoder := json.NewEncoder(text)
	encoder.SetEscapeHTML(false)
	for index, token := range slices.Sorted(maps.Keys(types)) {
		if index > 0 {
			text.WriteString(",\n")
		}
		fmt.Fprintf(text, "%q:", token)
		if err := encoder.Encode(types[token]); err != nil {
			return err
		}
		text.Truncate(text.Len() - 1)
	}
	return nil
}

func readSchema(file string) (*Schema, error) {
	compressed, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer compressed.Close()
	archive, err := gzip.NewReader(compressed)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(archive)
	if err != nil {
		return nil, err
	}
	schema := &Schema{}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	return schema, decoder.Decode(schema)
}
