import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { goEnvironment } from "../../local/toolchain/build";
import { folderOf } from "../unit/folders";

const provider = "github.com/hashicorp/terraform-provider-google-beta";
const imports = (...paths: string[]) => `import (\n${paths.map((path) => `\t"${path}"\n`).join("")})`;
const sdk = "github.com/hashicorp/terraform-plugin-sdk/v2/helper";

/**
 * A Terraform provider with three resources and two data sources, which covers all supported expressions of schemas.
 */
const terraform = {
    "go.mod": `module ${provider}\n\ngo 1.26\n`,
    "google-beta/registry/registry.go": `package registry

type SchemaType int

const (
	SchemaTypeResource SchemaType = iota
	SchemaTypeIAMResource
	SchemaTypeDataSource
	SchemaTypeIAMDataSource
)

type Schema struct {
	Name   string
	Type   SchemaType
	Schema *schema.Resource
}
`,
    "google-beta/verify/verify.go": `package verify

func ValidateEnum(values []string) schema.SchemaValidateFunc {
	return validation.StringInSlice(values, false)
}

func ValidateName(min, max int) schema.SchemaValidateFunc {
	return validation.StringLenBetween(min, max)
}

func ValidatePlace(v interface{}, k string) (warnings []string, errors []error) {
	return nil, nil
}
`,
    "google-beta/tpgresource/schemas.go": `package tpgresource

${imports(`${sdk}/schema`)}

func DataSourceSchema(from map[string]*schema.Schema) map[string]*schema.Schema {
	made := make(map[string]*schema.Schema, len(from))
	for name, property := range from {
		copied := &schema.Schema{Computed: true, Type: property.Type, Description: property.Description}
		switch property.Type {
		case schema.TypeSet:
			copied.Set = property.Set
			fallthrough
		case schema.TypeList:
			if block, ok := property.Elem.(*schema.Resource); ok {
				copied.Elem = &schema.Resource{Schema: DataSourceSchema(block.Schema)}
			} else {
				copied.Elem = property.Elem
			}
		default:
			copied.Elem = property.Elem
		}
		made[name] = copied
	}
	return made
}

func Require(properties map[string]*schema.Schema, names ...string) {
	for _, name := range names {
		properties[name].Computed = false
		properties[name].Required = true
	}
}

func Merge(all ...map[string]*schema.Schema) map[string]*schema.Schema {
	merged := map[string]*schema.Schema{}
	for _, each := range all {
		for name, property := range each {
			merged[name] = property
		}
	}
	return merged
}
`,
    "google-beta/services/library/shelf.go": `package library

${imports("example.com/limits", "fmt", "maps", "regexp", `${sdk}/schema`, `${sdk}/validation`, `${provider}/google-beta/registry`, `${provider}/google-beta/tpgresource`, `${provider}/google-beta/verify`)}

func init() {
	registry.Schema{Name: "google_library_shelf", Type: registry.SchemaTypeResource, Schema: ResourceShelf()}.Register()
	registry.Schema{Name: "google_library_shelf", Type: registry.SchemaTypeDataSource, Schema: DataSourceShelf()}.Register()
	registry.Schema{Name: "google_library_shelf_iam_member", Type: registry.SchemaTypeIAMResource, Schema: member(shelfIam)}.Register()
}

const firstFloor = "FLOOR_" + "1"

var signForm = fmt.Sprintf("^[%v]{2}$", "0-9")

var materials = append([]string{"OAK"}, "STEEL")

func ResourceShelf() *schema.Resource {
	return &schema.Resource{
		Create:        createShelf,
		CustomizeDiff: customdiff.All(tpgresource.SetLabelsDiff),
		Schema: map[string]*schema.Schema{
			"name":  {Type: schema.TypeString, Required: true, ForceNew: true},
			"floor": {Type: schema.TypeString, Optional: true, Default: firstFloor},
			"is_open": {Type: schema.TypeBool, Optional: true, Default: false, Deprecated: "\`is_open\` will be removed."},
			"material": {
				Type:         schema.TypeString,
				Optional:     true,
				Computed:     true,
				ValidateFunc: verify.ValidateEnum([]string{"OAK", "PINE", ""}),
				Description:  \`What it is made of. Possible values: ["OAK", "PINE"]\`,
			},
			"color":       {Type: schema.TypeString, Optional: true, ValidateFunc: validation.StringInSlice([]string{"RED"}, true)},
			"height":      {Type: schema.TypeInt, Optional: true, RequiredWith: []string{"width"}, ValidateFunc: validation.All(validation.IntAtLeast(0), validation.IntBetween(0, 9))},
			"width":       {Type: schema.TypeFloat, Optional: true, AtLeastOneOf: []string{"height", "width"}, ValidateFunc: validation.FloatAtMost(2.5)},
			"label":       {Type: schema.TypeString, Optional: true, ValidateFunc: verify.OrEmpty(verify.ValidateRegexp("^[a-z]+$"))},
			"sign":        {Type: schema.TypeString, Optional: true, ValidateDiagFunc: validation.ToDiagFunc(validation.StringMatch(regexp.MustCompile(signForm), "two digits"))},
			"place":       {Type: schema.TypeString, Optional: true, ValidateFunc: verify.ValidateName(1, 63)},
			"json":        {Type: schema.TypeString, Optional: true, ValidateFunc: validation.StringIsJSON},
			"motto":       {Type: schema.TypeString, Optional: true, ValidateFunc: validation.StringLenBetween(1, 40)},
			"origin":      {Type: schema.TypeString, Optional: true, ValidateFunc: verify.ValidatePlace},
			"nickname":    {Type: schema.TypeString, Optional: true, ValidateFunc: func(v interface{}, k string) ([]string, []error) { return nil, nil }},
			"read_only":   {Type: schema.TypeBool, Optional: true, ConflictsWith: []string{"board.0.category", "color"}},
			"access_code": {Type: schema.TypeString, Optional: true, Sensitive: true, ExactlyOneOf: []string{"access_code", "color"}},
			"category": {
				Type:     schema.TypeSet,
				Optional: true,
				MinItems: 1,
				MaxItems: 4,
				Elem:     &schema.Schema{Type: schema.TypeString, ValidateFunc: validation.StringInSlice(materials, false)},
			},
			"board": {
				Type:     schema.TypeList,
				Optional: true,
				Elem: &schema.Resource{Schema: map[string]*schema.Schema{
					"length": {Type: schema.TypeInt, Required: true},
					"load":   {Type: schema.TypeFloat, Optional: true},
				}},
			},
			"lock":             {Type: schema.TypeList, Optional: true, MaxItems: 1, Elem: lock()},
			"terraform_labels": {Type: schema.TypeMap, Computed: true, Elem: &schema.Schema{Type: schema.TypeString}},
		},
	}
}

func lock() *schema.Resource {
	resource := &schema.Resource{Schema: map[string]*schema.Schema{"owner": {Type: schema.TypeString, Optional: true}}}
	resource.Schema["key"] = &schema.Schema{Type: schema.TypeInt, Computed: true}
	return resource
}

func DataSourceShelf() *schema.Resource {
	properties := tpgresource.DataSourceSchema(ResourceShelf().Schema)
	tpgresource.Require(properties, "name")
	delete(properties, "access_code")
	return &schema.Resource{Schema: properties}
}

var shelfIam = map[string]*schema.Schema{"shelf": {Type: schema.TypeString, Required: true, ForceNew: true}}

func member(parent map[string]*schema.Schema) *schema.Resource {
	base := map[string]*schema.Schema{"member": {Type: schema.TypeString, Required: true}}
	return &schema.Resource{Schema: tpgresource.Merge(base, parent)}
}
`,
    "google-beta/services/library/book.go": `package library

${imports(
    "github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts",
    "github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator",
    "github.com/hashicorp/terraform-plugin-framework/resource",
    "github.com/hashicorp/terraform-plugin-framework/resource/schema",
    "github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier",
    "github.com/hashicorp/terraform-plugin-framework/types",
    `${provider}/google-beta/registry`,
)}

func init() {
	registry.FrameworkResource{Name: "google_library_book", Func: NewBook}.Register()
}

func NewBook() resource.Resource {
	return &book{}
}

type book struct {
	client *http.Client
}

func (b *book) Schema(ctx context.Context, _ resource.SchemaRequest, response *resource.SchemaResponse) {
	response.Schema = schema.Schema{
		Attributes: map[string]schema.Attribute{
			"title": schema.StringAttribute{
				Required:      true,
				PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
				Validators:    []validator.String{stringvalidator.OneOf("Emma", "Ulysses")},
			},
			"notes": schema.MapAttribute{Optional: true, ElementType: types.StringType},
		},
		Blocks: map[string]schema.Block{"timeouts": timeouts.Block(ctx, timeouts.Opts{Create: true})},
	}
}
`,
};

/** Declarations of properties, in the form "name: type; …". */
const declared = (properties: string) =>
    properties.replaceAll(/(\w+): ([^;]+);/g, "    readonly $1: pulumi.Output<$2>;\n");

/** Pulumi's packages: tokens in one file, property names in declarations. */
const pulumi = {
    "bridge/provider/cmd/pulumi-resource-gcp/bridge-metadata.json": JSON.stringify({
        "auto-aliasing": {
            resources: {
                google_library_book: { current: "gcp:library/book:Book" },
                google_library_shelf: { current: "gcp:library/shelf:Shelf" },
                google_library_shelf_iam_member: { current: "gcp:library/shelfIAMMember:ShelfIAMMember" },
                google_library_shelf_legacy: { current: "gcp:library/index:Index" },
            },
            datasources: { google_library_shelf: { current: "gcp:library/getShelf:getShelf" } },
        },
    }),
    "package/package.json": JSON.stringify({ name: "@pulumi/gcp", version: "9.99.0" }),
    "package/types/output.d.ts": `import * as outputs from "../types/output";
export declare namespace library {
    interface BookTimeouts {
        create?: string;
    }
    interface ShelfBoard {
        /**
         * How long it is.
         */
        length: number;
        load?: number;
    }
    interface ShelfLock {
        key: number;
        owner?: string;
    }
}
`,
    "package/library/book.d.ts": `export declare class Book extends pulumi.CustomResource {
${declared("title: string;notes: { [key: string]: string };timeouts: outputs.library.BookTimeouts;")}}
`,
    "package/library/shelf.d.ts": `export declare class Shelf extends pulumi.CustomResource {
    static get(name: string, id: pulumi.Input<pulumi.ID>): Shelf;
${declared(
    "accessCode: string;boards: outputs.library.ShelfBoard[];categories: string[];color: string;floor: string;height: number;isOpen: boolean;json: string;label: string;lock: outputs.library.ShelfLock;material: string;motto: string;name: string;nickname: string;origin: string;place: string;sign: string;width: number;pulumiLabels: {};readOnly: boolean;",
)}}
`,
    "package/library/index.d.ts": `export { Book } from "./book";\n`,
    "package/library/index_.d.ts": `export declare class Index extends pulumi.CustomResource {
${declared(
    "accessCode: string;boards: outputs.library.ShelfBoard[];categories: string[];color: string;floor: string;height: number;isOpen: boolean;json: string;label: string;lock: outputs.library.ShelfLock;material: string;motto: string;name: string;nickname: string;origin: string;place: string;sign: string;width: number;pulumiLabels: {};readOnly: boolean;",
)}}
`,
    "package/library/shelfIammember.d.ts": `export declare class ShelfIAMMember extends pulumi.CustomResource {
${declared("member: string;shelf: string;")}}
`,
    "package/library/getShelf.d.ts": `export interface GetShelfResult {
${declared(
    "boards: outputs.library.ShelfBoard[];categories: string[];color: string;floor: string;height: number;id: string;isOpen: boolean;json: string;label: string;locks: outputs.library.ShelfLock[];material: string;motto: string;name: string;nickname: string;origin: string;place: string;sign: string;width: number;pulumiLabels: {};readOnly: boolean;",
)}}
`,
};

const text = { type: "string" };
const shelf = {
    accessCode: { ...text, optional: true, secret: true, exactlyOneOf: ["access_code", "color"] },
    boards: {
        type: "list",
        optional: true,
        fields: { length: { type: "integer", required: true }, load: { type: "number", optional: true } },
    },
    categories: { type: "set", optional: true, minItems: 1, maxItems: 4, elem: "string", enum: ["OAK", "STEEL"] },
    color: { ...text, optional: true, validators: [{ enum: ["RED"], ignoreCase: true }] },
    floor: { ...text, optional: true, default: "FLOOR_1" },
    height: {
        type: "integer",
        optional: true,
        requiredWith: ["width"],
        validators: [{ min: 0 }, { min: 0, max: 9 }],
    },
    isOpen: { type: "boolean", optional: true, default: false, deprecated: "`is_open` will be removed." },
    json: { ...text, optional: true, validators: [{ format: "validation.StringIsJSON" }] },
    label: { ...text, optional: true, validators: [{ any: [{ enum: [""] }, { pattern: "^[a-z]+$" }] }] },
    lock: {
        type: "list",
        optional: true,
        maxItems: 1,
        fields: { key: { type: "integer", computed: true }, owner: { ...text, optional: true } },
    },
    material: { ...text, optional: true, computed: true, enum: ["OAK", "PINE", ""] },
    motto: { ...text, optional: true, validators: [{ minLength: 1, maxLength: 40 }] },
    name: { ...text, required: true, replaceOnChange: true },
    nickname: { ...text, optional: true, validators: [{ format: "google_library_shelf.nickname" }] },
    origin: { ...text, optional: true, validators: [{ format: "verify.ValidatePlace" }] },
    place: { ...text, optional: true, validators: [{ format: "verify.ValidateName", arguments: [1, 63] }] },
    pulumiLabels: { type: "map", computed: true, elem: "string" },
    readOnly: { type: "boolean", optional: true, conflictsWith: ["board.0.category", "color"] },
    sign: { ...text, optional: true, validators: [{ pattern: "^[0-9]{2}$", message: "two digits" }] },
    width: { type: "number", optional: true, atLeastOneOf: ["height", "width"], validators: [{ max: 2.5 }] },
};
const computed = (type: string) => ({ type, computed: true });
const expected = {
    functions: {
        "gcp:library/getShelf:getShelf": {
            properties: {
                boards: {
                    ...computed("list"),
                    fields: { length: computed("integer"), load: computed("number") },
                },
                categories: { ...computed("set"), elem: "string", enum: ["OAK", "STEEL"] },
                color: computed("string"),
                floor: computed("string"),
                height: computed("integer"),
                isOpen: computed("boolean"),
                json: computed("string"),
                label: computed("string"),
                locks: { ...computed("list"), fields: { key: computed("integer"), owner: computed("string") } },
                material: { ...computed("string"), enum: ["OAK", "PINE"] },
                motto: computed("string"),
                name: { ...text, required: true },
                nickname: computed("string"),
                origin: computed("string"),
                place: computed("string"),
                pulumiLabels: { ...computed("map"), elem: "string" },
                readOnly: computed("boolean"),
                sign: computed("string"),
                width: computed("number"),
            },
            terraform: "google_library_shelf",
        },
    },
    provider: "9.99.0",
    resources: {
        "gcp:library/book:Book": {
            properties: {
                notes: { type: "map", optional: true, elem: "string" },
                timeouts: { type: "map", optional: true, fields: { create: { ...text, optional: true } } },
                title: { ...text, required: true, replaceOnChange: true, enum: ["Emma", "Ulysses"] },
            },
            terraform: "google_library_book",
        },
        "gcp:library/index:Index": { properties: shelf, terraform: "google_library_shelf_legacy" },
        "gcp:library/shelf:Shelf": { properties: shelf, terraform: "google_library_shelf" },
        "gcp:library/shelfIAMMember:ShelfIAMMember": {
            properties: {
                member: { ...text, required: true },
                shelf: { ...text, required: true, replaceOnChange: true },
            },
            terraform: "google_library_shelf_iam_member",
        },
    },
};

/** Runs the generator on these files. */
function generate(files: Record<string, string>, ...options: string[]) {
    const folder = folderOf({ ...pulumi, ...files });
    const sources = ["-terraform", folder, "-pulumi", join(folder, "bridge"), "-package", join(folder, "package")];
    const { status, stdout, stderr } = spawnSync("go", ["run", ".", ...sources, ...options], {
        cwd: resolve(__dirname, "../../local/simulator/schema/generate"),
        encoding: "utf8",
        env: { ...process.env, ...goEnvironment },
    });
    return { status, stdout, stderr };
}

test("a provider's source code is converted to the schema with Pulumi's names", () => {
    const file = join(folderOf({}), "gcp.json.gz");
    expect(generate(terraform, "-write", file)).toEqual({
        status: 0,
        stdout: "4 resources and 1 functions of 9.99.0\n",
        stderr: "",
    });
    expect(JSON.parse(gunzipSync(readFileSync(file)).toString())).toEqual(expected);
    expect(generate(terraform, "-compare", file).stdout).toContain(`no difference from ${file}\n`);
});

test.each([
    [
        "forgotten",
        "clears its ID",
        'd.SetId("shelf")',
        'if err := library.OperationWaitTime(d); err != nil { d.SetId(""); return err }',
    ],
    [
        "forgotten",
        "sets its ID later",
        "",
        'if err := library.OperationWaitTime(d); err != nil { return err }; d.SetId("shelf")',
    ],
    ["kept", "leaves its ID", 'd.SetId("shelf")', "if err := library.OperationWaitTime(d); err != nil { return err }"],
    [
        "kept",
        "clears its ID only if nothing exists",
        'd.SetId("shelf")',
        'if err := library.OperationWaitTime(d); err != nil { if gone(d) { d.SetId("") }; return err }',
    ],
    [undefined, "waits for no operation", 'd.SetId("shelf")', ""],
])("a resource whose operation fails is %s by a creation that %s", (creation, _, request, wait) => {
    const file = join(folderOf({}), "functions.json");
    const path = "google-beta/services/library/shelf.go";
    const create = `\nfunc createShelf(d *schema.ResourceData, meta interface{}) error {\n${request}\n${wait}\nreturn nil\n}\n`;
    const { stderr } = generate(
        { ...terraform, [path]: terraform[path] + create },
        "-code",
        file,
        "gcp:library/shelf:Shelf",
    );
    expect(stderr).toBe("");
    expect(JSON.parse(readFileSync(file, "utf8"))["gcp:library/shelf:Shelf"].creation).toBe(creation);
});

test("a comparison prints what was added and removed", () => {
    const file = join(folderOf({}), "gcp.json.gz");
    generate(terraform, "-write", file);
    const path = "google-beta/services/library/shelf.go";
    const changed = {
        ...terraform,
        [path]: (terraform[path] as string)
            .replace('"OAK", "PINE", ""', '"OAK", "ASH"')
            .replace("Sensitive: true, ", ""),
    };
    const compared = generate(changed, "-compare", file);
    const differences = ["Index", "Shelf"].flatMap((name) => [
        `- gcp:library/${name.toLowerCase()}:${name}.accessCode: secret true`,
        `- gcp:library/${name.toLowerCase()}:${name}.material: enum ["OAK","PINE",""]`,
        `+ gcp:library/${name.toLowerCase()}:${name}.material: enum ["OAK","ASH"]`,
    ]);
    expect(compared.stdout.split("\n").slice(1, -1)).toEqual(differences);
    expect(compared.status).toBe(1);
    expect(generate(changed, "-compare", file, "-only", "archive,museum").status).toBe(0);
});

test.each([
    [
        "a schema that depends on the environment",
        {
            path: "google-beta/services/library/shelf.go",
            from: "	return resource\n",
            to: '	if os.Getenv("BETA") == "" {\n		return nil\n	}\n	return resource\n',
        },
        "google_library_shelf.lock: Elem is google-beta/services/library/shelf.go:78: the condition depends on an unknown value: an operation on an unknown value",
    ],
    [
        "a flag that another module computes",
        { path: "google-beta/services/library/shelf.go", from: "MinItems: 1,", to: "MinItems: limits.Least()," },
        "google_library_shelf.category: MinItems is limits.Least()",
    ],
    [
        "a validator with unknown limits",
        {
            path: "google-beta/services/library/shelf.go",
            from: "StringLenBetween(1, 40)",
            to: "StringLenBetween(1, limits.Most)",
        },
        "google_library_shelf.motto: an unknown validator: a validator with limits.Most",
    ],
    [
        "a property that another module adds",
        {
            path: "google-beta/services/library/shelf.go",
            from: 'delete(properties, "access_code")',
            to: "maps.Copy(properties, shelfIam)",
        },
        "google-beta/services/library/shelf.go:84: maps.Copy may change a map and is not part of the source",
    ],
    [
        "a resource that is not registered",
        { path: "google-beta/services/library/book.go", from: "google_library_book", to: "google_library_volume" },
        "google_library_book: the Terraform provider does not register it",
    ],
    [
        "a property that the package does not declare",
        {
            path: "google-beta/services/library/shelf.go",
            from: '"load": ',
            to: '"weight": {Type: schema.TypeInt}, "load": ',
        },
        "google_library_shelf.board.weight: the package does not declare it",
    ],
    [
        "a file with a mistake",
        { path: "google-beta/services/library/book.go", from: "return &book{}", to: "return &book{" },
        "google-beta/services/library/book.go:25:27: missing",
    ],
])("%s is an error, and nothing is written", (_, { path, from, to }, message) => {
    const original = terraform[path as keyof typeof terraform];
    expect(original).toContain(from);
    const file = join(folderOf({ "gcp.json.gz": "before" }), "gcp.json.gz");
    const { status, stderr } = generate({ ...terraform, [path]: original.replace(from, to) }, "-write", file);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/\d+ problems: nothing was written\n/);
    expect(status).toBe(1);
    expect(readFileSync(file, "utf8")).toBe("before");
});

test("a file with another format is not compared", () => {
    const folder = folderOf({});
    const file = join(folderOf({ "gcp.json.gz": "" }), "gcp.json.gz");
    expect(generate(terraform, "-compare", join(folder, "missing.json.gz")).status).toBe(1);
    writeFileSync(file, gzipSync(JSON.stringify({ ...expected, pages: {} })));
    expect(generate(terraform, "-compare", file).stderr).toContain('unknown field "pages"');
});
