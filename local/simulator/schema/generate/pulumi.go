package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Type is a resource type or a function of Pulumi's provider.
type Type struct {
	Properties map[string]*Property `json:"properties"`
	Terraform  string               `json:"terraform"`
}

// Schema is the content of the generated file.
type Schema struct {
	Functions map[string]*Type `json:"functions"`
	Provider  string           `json:"provider"`
	Resources map[string]*Type `json:"resources"`
}

// Tokens maps the names of Terraform's resources and data sources to Pulumi's.
type Tokens struct {
	Resources   map[string]Token `json:"resources"`
	DataSources map[string]Token `json:"datasources"`
}

// Token is a name such as gcp:pubsub/topic:Topic.
type Token struct {
	Current string `json:"current"`
}

// ReadTokens reads the bridge-metadata.json of Pulumi's provider.
func ReadTokens(file string) (*Tokens, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	metadata := struct {
		Tokens *Tokens `json:"auto-aliasing"`
	}{}
	if err := json.Unmarshal(text, &metadata); err != nil {
		return nil, err
	}
	if metadata.Tokens == nil {
		return nil, fmt.Errorf("%s has no auto-aliasing", file)
	}
	return metadata.Tokens, nil
}

// Declarations are the TypeScript declarations of an installed @pulumi/gcp, which have the name of every property.
type Declarations struct {
	folder  string
	version string
	types   map[string]map[string]string
	// Problems are resources and properties of Terraform that the package does not declare.
	Problems []string
	// Notes are properties that only the package declares: where two blocks have the same name, it declares the union of both.
	Notes []string
}

// OpenDeclarations reads the types of an installed @pulumi/gcp.
func OpenDeclarations(folder string) (*Declarations, error) {
	manifest := struct{ Version string }{}
	text, err := os.ReadFile(filepath.Join(folder, "package.json"))
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &manifest); err != nil {
		return nil, err
	}
	outputs, err := os.ReadFile(filepath.Join(folder, "types", "output.d.ts"))
	if err != nil {
		return nil, err
	}
	types := map[string]map[string]string{}
	namespace, name, body := "", "", []string{}
	for line := range strings.Lines(string(outputs)) {
		line = strings.TrimSuffix(line, "\n")
		if found := opensNamespace.FindStringSubmatch(line); found != nil {
			namespace = found[1]
		} else if found := opensInterface.FindStringSubmatch(line); found != nil {
			name, body = found[1], nil
		} else if line == "    }" {
			types[namespace+"."+name] = declarations(body, "        ")
		} else {
			body = append(body, line)
		}
	}
	return &Declarations{folder, manifest.Version, types, nil, nil}, nil
}

var (
	opensNamespace = regexp.MustCompile(`^export declare namespace ([\w.]+) \{$`)
	opensInterface = regexp.MustCompile(`^    (?:export )?interface (\w+) \{$`)
	declaration    = regexp.MustCompile(`^(?:readonly )?(\w+)\??: (.*)$`)
	reference      = regexp.MustCompile(`outputs\.([\w.]+)`)
)

// declarations returns the properties declared at this indentation, with their types.
func declarations(lines []string, indentation string) map[string]string {
	found := map[string]string{}
	last := ""
	for _, line := range lines {
		rest, ok := strings.CutPrefix(line, indentation)
		if !ok {
			continue
		}
		if property := declaration.FindStringSubmatch(rest); property != nil {
			last = property[1]
			found[last] = property[2]
		} else if strings.HasPrefix(rest, "    ") {
			found[last] += rest
		}
	}
	return found
}

// file returns the text of the file that declares a token. The case of its name may differ (gCPolicy is in gcpolicy.d.ts), and a file
// that would be the index of its folder ends with an underscore.
func (p *Declarations) file(token string) string {
	parts := strings.Split(token, ":")
	if len(parts) != 3 {
		return ""
	}
	module, name, _ := strings.Cut(parts[1], "/")
	if module == "index" {
		module = ""
	}
	folder := filepath.Join(p.folder, module)
	entries, _ := os.ReadDir(folder)
	for _, wanted := range []string{name + "_.d.ts", name + ".d.ts"} {
		for _, entry := range entries {
			if strings.EqualFold(entry.Name(), wanted) {
				text, _ := os.ReadFile(filepath.Join(folder, entry.Name()))
				return string(text)
			}
		}
	}
	return ""
}

var (
	opensResource = regexp.MustCompile(`(?m)^export declare class \w+ extends pulumi\.CustomResource \{$`)
	opensResult   = regexp.MustCompile(`(?m)^export interface \w+Result \{$`)
)

func (p *Declarations) resource(token string) map[string]string {
	found := between(p.file(token), opensResource)
	maps.DeleteFunc(found, func(_, typ string) bool { return !strings.HasPrefix(typ, "pulumi.Output<") })
	return found
}

func (p *Declarations) function(token string) map[string]string {
	return between(p.file(token), opensResult)
}

func between(text string, start *regexp.Regexp) map[string]string {
	opened := start.FindStringIndex(text)
	if opened == nil {
		return nil
	}
	body, _, _ := strings.Cut(text[opened[1]:], "\n}")
	return declarations(strings.Split(body, "\n"), "    ")
}

// Translate renames resources, data sources and properties from Terraform to Pulumi.
func (p *Declarations) Translate(provider *Provider, tokens *Tokens) *Schema {
	schema := &Schema{map[string]*Type{}, p.version, map[string]*Type{}}
	p.translate(provider.Resources, tokens.Resources, p.resource, schema.Resources)
	p.translate(provider.DataSources, tokens.DataSources, p.function, schema.Functions)
	slices.Sort(p.Problems)
	slices.Sort(p.Notes)
	return schema
}

func (p *Declarations) translate(
	from map[string]map[string]*Property, tokens map[string]Token, declared func(string) map[string]string, into map[string]*Type,
) {
	for name, token := range tokens {
		// Pulumi keeps some resources under an old token, too.
		properties, ok := from[strings.TrimSuffix(name, "_legacy")]
		names := declared(token.Current)
		switch {
		case !ok:
			p.Problems = append(p.Problems, name+": the Terraform provider does not register it")
		case names == nil:
			p.Problems = append(p.Problems, token.Current+": the package does not declare it")
		default:
			into[token.Current] = &Type{p.properties(name, properties, names), name}
		}
	}
}

// properties finds the declared name of each property. Most names only change to camel case. The others are matched with the names
// that are left.
func (p *Declarations) properties(path string, properties map[string]*Property, declared map[string]string) map[string]*Property {
	found := map[string]*Property{}
	left, leftNames := []string{}, []string{}
	for name, property := range properties {
		if typ, ok := declared[camelCase(name)]; ok {
			found[camelCase(name)] = p.property(path+"."+name, property, typ)
		} else {
			left = append(left, name)
		}
	}
	for name := range declared {
		if found[name] == nil {
			leftNames = append(leftNames, name)
		}
	}
	for _, pair := range pairs(left, leftNames) {
		if pair.name == "" {
			// The result of every function has an id.
			if pair.declared != "id" {
				p.Notes = append(p.Notes, fmt.Sprintf("%s: the package declares %s, which Terraform does not have", path, pair.declared))
			}
			continue
		}
		property := properties[pair.name]
		if pair.declared == "" {
			if pair.name != "id" && pair.name != "timeouts" {
				p.Problems = append(p.Problems, fmt.Sprintf("%s.%s: the package does not declare it", path, pair.name))
			}
			found[camelCase(pair.name)] = p.property(path+"."+pair.name, property, "")
			continue
		}
		if pair.isGuess {
			p.Notes = append(p.Notes, fmt.Sprintf("%s.%s: it must be %s, which is the only name left", path, pair.name, pair.declared))
		}
		found[pair.declared] = p.property(path+"."+pair.name, property, declared[pair.declared])
	}
	return found
}

func (p *Declarations) property(path string, property *Property, typ string) *Property {
	translated := *property
	translated.Fields = nil
	if len(property.Fields) > 0 {
		var declared map[string]string
		if found := reference.FindStringSubmatch(typ); found != nil {
			declared = p.types[found[1]]
		}
		if declared == nil && typ != "" {
			p.Problems = append(p.Problems, fmt.Sprintf("%s: the package declares %s instead of an object", path, typ))
		}
		translated.Fields = p.properties(path, property.Fields, declared)
	}
	return &translated
}

// renamed are properties that Pulumi renames in every resource.
var renamed = map[string]string{"terraform_labels": "pulumiLabels"}

type pair struct {
	name, declared string
	common         int
	isGuess        bool
}

// pairs matches names with declared names: plurals by the longest common prefix, and one that is left with the only one left.
func pairs(names, declared []string) []pair {
	all := []pair{}
	for _, name := range names {
		for _, other := range declared {
			all = append(all, pair{name: name, declared: other, common: commonStart(camelCase(name), other)})
		}
	}
	slices.SortFunc(all, func(a, b pair) int {
		return cmp.Or(b.common-a.common, strings.Compare(a.name, b.name), strings.Compare(a.declared, b.declared))
	})
	joined := []pair{}
	join := func(isJoined func(pair) bool) {
		for _, each := range all {
			if slices.Contains(names, each.name) && slices.Contains(declared, each.declared) && isJoined(each) {
				joined = append(joined, each)
				names = without(names, each.name)
				declared = without(declared, each.declared)
			}
		}
	}
	join(func(each pair) bool { return renamed[each.name] == each.declared })
	join(func(each pair) bool { return each.common >= len(camelCase(each.name))-len("ies") })
	if len(names) == 1 && len(declared) == 1 {
		joined = append(joined, pair{name: names[0], declared: declared[0], isGuess: true})
		return joined
	}
	for _, name := range names {
		joined = append(joined, pair{name: name})
	}
	for _, name := range declared {
		joined = append(joined, pair{declared: name})
	}
	return joined
}

func without(names []string, name string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(each string) bool { return each == name })
}

func commonStart(a, b string) int {
	length := 0
	for length < min(len(a), len(b)) && a[length] == b[length] {
		length++
	}
	return length
}

var word = regexp.MustCompile(`_+([a-z0-9])`)

func camelCase(name string) string {
	return word.ReplaceAllStringFunc(name, func(match string) string { return strings.ToUpper(match[len(match)-1:]) })
}
