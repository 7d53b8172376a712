import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, constants, existsSync, mkdirSync, readdirSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { checkTrusted, isTrustedFolder, privateFolder, readTrusted, writePrivate } from "../../lib/privateFiles";
import { folderOf } from "./folders";

const modeOf = (path: string) => (statSync(path).mode & 0o7777).toString(8);

/** A folder with a mode. */
function shared(mode: number, files: Record<string, string> = {}): string {
    const folder = folderOf(files);
    chmodSync(folder, mode);
    return folder;
}

test("a new folder, and the folders above it, are private", () => {
    const folder = join(folderOf({}), "a", "b");
    expect(privateFolder(folder, "SLIPWAY_CACHE")).toBe(folder);
    expect([modeOf(folder), modeOf(join(folder, ".."))]).toEqual(["700", "700"]);
});

test.each([0o755, 0o777, 0o500])("a folder with the mode %d becomes private", (mode) => {
    const folder = shared(mode);
    privateFolder(folder, "SLIPWAY_CACHE");
    expect(modeOf(folder)).toBe("700");
});

test.each<[string, (folder: string) => string]>([
    [
        "is a symbolic link",
        (folder) => {
            symlinkSync(folder, join(folder, "link"));
            return join(folder, "link");
        },
    ],
    ["is not a folder", () => join(folderOf({ file: "" }), "file")],
    ["is shared by users", () => shared(0o1777)],
])("a folder is refused if it %s", (problem, create) => {
    const folder = create(folderOf({}));
    expect(() => privateFolder(folder, "SLIPWAY_CACHE")).toThrow(
        `${folder} ${problem}, so that others could read or replace what slipway writes to it. Delete it, or set SLIPWAY_CACHE to a folder of your own.`,
    );
});

test.each([
    [0o700, true],
    [0o755, true],
    [0o775, true],
    [0o777, false],
    [0o702, false],
])("whether programs of a folder with the mode %d are run: %p", (mode, isTrusted) => {
    const folder = shared(mode);
    expect(isTrustedFolder(folder)).toBe(isTrusted);
    const check = () => checkTrusted(folder, "SLIPWAY_TOOLS");
    if (isTrusted) {
        check();
    } else {
        expect(check).toThrow(`has the mode ${mode.toString(8)}. slipway only runs programs`);
    }
});

test("the folders of the user who called sudo are trusted, and those of others are not", () => {
    const folder = folderOf({});
    const isRoot = process.getuid?.() === 0;
    const user = isRoot ? 12_345 : (process.getuid?.() as number);
    chownSync(folder, user, -1);
    const calledBy = (caller: number) => ({ ...process.env, SUDO_UID: String(caller) });
    const env = jest.replaceProperty(process, "env", calledBy(user));
    expect(isTrustedFolder(folder)).toBe(true);
    env.replaceValue(calledBy(user + 1));
    expect(isTrustedFolder(folder)).toBe(!isRoot);
    env.restore();
});

describe("a user other than the one who owns a folder", () => {
    /** Another user, who did not call sudo. */
    const other = (process.getuid?.() as number) + 1;

    beforeEach(() => void jest.spyOn(process, "getuid").mockReturnValue(other));
    afterEach(() => jest.restoreAllMocks());

    test("cannot make it private", () => {
        const folder = shared(0o755);
        expect(() => privateFolder(folder, "SLIPWAY_CACHE")).toThrow(
            `${folder} belongs to the user with ID ${other - 1}, not to this one (${other}), so that others could read`,
        );
        expect(modeOf(folder)).toBe("755");
    });

    test("trusts it if root owns it and others cannot write it", () => {
        expect([isTrustedFolder("/"), isTrustedFolder("/tmp")]).toEqual([true, false]);
    });

    test("is not trusted because of SUDO_UID, which anybody can set", () => {
        const folder = folderOf({});
        chownSync(folder, process.geteuid?.() === 0 ? 12_345 : other - 1, -1);
        jest.replaceProperty(process, "env", { ...process.env, SUDO_UID: String(statSync(folder).uid) });
        expect(isTrustedFolder(folder)).toBe(false);
    });
});

test("neither a file nor what does not exist is a trusted folder", () => {
    const folder = folderOf({ file: "" });
    chmodSync(join(folder, "file"), 0o600);
    expect([isTrustedFolder(join(folder, "file")), isTrustedFolder(join(folder, "none"))]).toEqual([false, false]);
});

test("a file is only read if no other user can have written it", () => {
    const folder = folderOf({ own: "own", open: "open" });
    chmodSync(join(folder, "own"), 0o644);
    chmodSync(join(folder, "open"), 0o666);
    symlinkSync(join(folder, "own"), join(folder, "link"));
    mkdirSync(join(folder, "folder"));
    execFileSync("mkfifo", ["-m", "600", join(folder, "pipe")]);
    const read = (name: string) => readTrusted(join(folder, name))?.toString();
    expect(["own", "open", "link", "folder", "pipe", "none"].map(read)).toEqual(["own", ...Array(5).fill(undefined)]);
});

test("on Windows, which has neither modes nor IDs of users, the folders of a profile are private", () => {
    const [folder, sticky] = [shared(0o777, { key: "own" }), shared(0o1777)];
    const platform = Object.getOwnPropertyDescriptor(process, "platform") as PropertyDescriptor;
    Object.defineProperty(process, "platform", { ...platform, value: "win32" });
    jest.spyOn(process, "getuid").mockReturnValue(undefined as never);
    jest.isolateModules(() => {
        const { O_RDONLY } = constants;
        jest.doMock("node:fs", () => ({ ...jest.requireActual("node:fs"), constants: { O_RDONLY } }));
        const windows: typeof import("../../lib/privateFiles") = require("../../lib/privateFiles");
        expect([folder, sticky].map((each) => windows.privateFolder(each, "SLIPWAY_CACHE"))).toEqual([folder, sticky]);
        expect(windows.readTrusted(join(folder, "key"))?.toString()).toBe("own");
        expect(windows.readTrusted(join(folder, "none"))).toBe(undefined);
    });
    Object.defineProperty(process, "platform", platform);
    jest.dontMock("node:fs").restoreAllMocks();
    expect([folder, sticky].map(modeOf)).toEqual(["777", "1777"]);
});

test("a file is written for this user only, or as a program, in a private folder", () => {
    const folder = join(folderOf({}), "new", "deep");
    writePrivate(join(folder, "key"), "first");
    writePrivate(join(folder, "key"), "second");
    writePrivate(join(folder, "program"), Buffer.from("run"), 0o700);
    expect(readTrusted(join(folder, "key"))?.toString()).toBe("second");
    const paths = [folder, join(folder, "key"), join(folder, "program")];
    expect([paths.map(modeOf), readdirSync(folder).sort()]).toEqual([
        ["700", "600", "700"],
        ["key", "program"],
    ]);
});

test("a file that cannot be written leaves no draft", () => {
    const folder = folderOf({ "taken/file": "" });
    expect(() => writePrivate(join(folder, "taken"), "content")).toThrow();
    expect([readdirSync(folder), existsSync(join(folder, "taken", "file"))]).toEqual([["taken"], true]);
});

test("the reason why a file cannot be written is the error, also if there is no draft yet", () => {
    const folder = folderOf({});
    expect(() => writePrivate(join(folder, "file"), 5 as never)).toThrow('The "data" argument must be of type string');
    expect(readdirSync(folder)).toEqual([]);
});
