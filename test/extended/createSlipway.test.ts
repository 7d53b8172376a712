import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { run } from "../../local/toolchain/process";

const root = join(__dirname, "..", "..");
const read = (file: string) => JSON.parse(readFileSync(file, "utf8"));
const parent = mkdtempSync(join(tmpdir(), "slipway-create-"));
const tool = join(parent, "tool");
const command = join(tool, "node_modules", ".bin", "create-slipway");
/** The paths in the package. */
let paths: string[];
afterAll(() => rmSync(parent, { recursive: true, force: true }));

const npm = { npm_config_prefer_offline: "true", npm_config_loglevel: "error" };
const env = { ...process.env, ...npm };

beforeAll(async () => {
    mkdirSync(tool);
    writeFileSync(join(tool, "package.json"), "{}\n");
    const packed = await run(
        "npm",
        ["pack", "--json", "--pack-destination", parent, ".", "./local", "./packages/create"],
        {
            cwd: root,
        },
    );
    const all: { name: string; filename: string; files: { path: string }[] }[] = JSON.parse(packed);
    paths = all.find(({ name }) => name === "create-slipway")?.files.map(({ path }) => path) ?? [];
    // With the packages of slipway beside it, from which it takes them. Their own peers are installed with the program.
    const files = all.map(({ filename }) => join(parent, filename));
    await run("npm", ["install", "--legacy-peer-deps", "--no-audit", "--no-fund", ...files], { cwd: tool, env });
});

const project = (folder: string, file = "Pulumi.yaml") => parse(readFileSync(join(parent, folder, file), "utf8"));
const projectId = (folder: string, stack: string) => project(folder, `Pulumi.${stack}.yaml`).config["gcp:project"];

/** Runs the command without a terminal. */
function create(...args: string[]) {
    const { status, stdout, stderr } = spawnSync(command, args, { cwd: parent, encoding: "utf8", env });
    return { code: status, stdout, stderr };
}

/** Runs the command in a terminal, and types each answer when its question is printed. */
function createAnswering(steps: [question: string, answer: string][], ...args: string[]) {
    const script = join(__dirname, "createSlipway", "terminal.py");
    const all = [script, JSON.stringify(steps), command, ...args];
    const { status, stdout } = spawnSync("python3", all, { cwd: parent, encoding: "utf8", env, timeout: 60_000 });
    return { code: status, stdout };
}
const enter = "\r";
/** Replaces the suggested text. */
const instead = (text: string) => `\u0015${text}${enter}`;

test("the package has the command, the starters and nothing else of the local Google Cloud", () => {
    const folders = new Set(paths.map((path) => path.split("/").slice(0, 3).join("/")));
    expect([...folders].filter((path) => !path.startsWith("dist/starters/")).sort()).toEqual([
        "LICENSE",
        "README.md",
        "dist/local/commands",
        "package.json",
    ]);
    const starters = [...folders].filter((path) => path.startsWith("dist/starters/"));
    expect(starters).toEqual(readdirSync(join(root, "examples")).map((name) => `dist/starters/${name}`));
});

test("the package has the version of slipway, and the same ranges of the packages that both need", () => {
    const [own, slipway, local] = ["packages/create", ".", "local"].map((folder) =>
        read(join(root, folder, "package.json")),
    );
    expect(own.version).toBe(slipway.version);
    const { "@clack/prompts": _, ...shared } = own.dependencies;
    expect(local.dependencies).toMatchObject(shared);
});

test("with arguments it copies a starter, installs its packages and deploys it to this machine", async () => {
    const { code, stdout, stderr } = create("model-function", "forecast", "--projects", "acme-sales", "--yes");
    expect([code, stderr]).toEqual([0, expect.stringContaining("Next:\n    cd forecast\n    npx slipway local ls ")]);
    expect(stdout).toContain("https://predict-");
    expect(project("forecast").name).toBe("forecast");
    expect([projectId("forecast", "dev"), projectId("forecast", "prod")]).toEqual([
        "acme-sales-dev",
        "acme-sales-prod",
    ]);
    const folder = join(parent, "forecast");
    const slipway = ["slipway", "local"];
    expect(await run("npx", [...slipway, "ls"], { cwd: folder })).toMatch(/ locations\/\S+\/functions\/predict$/m);
    expect(await run("npm", ["test"], { cwd: folder })).toMatch(/^# pass 2\n# fail 0$/m);
    await run("npx", [...slipway, "reset"], { cwd: folder });
});

test("in a terminal it asks for the starter, the folder and the projects, and for valid answers", () => {
    const { code, stdout } = createAnswering(
        [
            ["Which starter?", enter],
            ["Which folder?", instead("Sales")],
            ["the folder names the project", instead("sales")],
            ["Google Cloud projects start", instead("acme-shop")],
        ],
        "--no-install",
    );
    expect([code, stdout]).toEqual([0, expect.stringContaining("npm install")]);
    expect([project("sales").description, project("sales").name, projectId("sales", "dev")]).toEqual([
        "A scikit-learn model behind a function",
        "sales",
        "acme-shop-dev",
    ]);
    expect(existsSync(join(parent, "sales", "node_modules"))).toBe(false);
});

test("in a terminal it only asks for what is not given", () => {
    const steps: [string, string][] = [["Google Cloud projects start", enter]];
    const { code, stdout } = createAnswering(steps, "foundation", "base", "--no-install");
    expect([code, stdout]).toEqual([0, expect.stringContaining("npx slipway dev -s acme")]);
    expect(stdout).not.toContain("Which");
    expect(project("base", "Pulumi.acme.yaml").config.projects).toBe("base");
});

test("creates nothing if the user cancels", () => {
    const { code } = createAnswering([
        ["Which starter?", enter],
        ["Which folder?", "\u0003"],
    ]);
    expect([code, existsSync(join(parent, "model-function"))]).toEqual([1, false]);
});

test.each([
    ["an unknown starter", ["model-fucntion"], 'there is no starter "model-fucntion"; did you mean "model-function"?'],
    ["a folder with files", ["platform", "tool"], "tool is not empty."],
    [
        "projects whose IDs would be invalid",
        ["platform", "shop", "--projects", "-shop"],
        'digits and hyphens (got "-shop").',
    ],
])("refuses %s", (_, args, message) => {
    expect(create(...args, "--no-install")).toMatchObject({ code: 1, stderr: expect.stringContaining(message) });
    expect(existsSync(join(parent, "shop"))).toBe(false);
});
