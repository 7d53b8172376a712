import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const root = join(__dirname, "..", "..");

/** A folder whose rooms import only from themselves and from those before them. */
interface House {
    folder: string;
    /** From the ground up. */
    rooms: string[];
}

/** The rooms that all services of the library share. */
const shared: House = {
    folder: "lib",
    rooms: ["formats", "facts", "privateFiles", "internal", "project", "stack", "environment", "component"],
};
const local: House = {
    folder: "local",
    rooms: ["toolchain", "machine", "simulator", "runtime", "commands", "testing"],
};

const imported = /(?:from|import\(|require\()\s*"(\.[^"]*)"/g;

/** The imports of the files in a folder, by paths from the root. */
function importsIn(folder: string): { file: string; path: string }[] {
    return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts"))
        .flatMap((name) => {
            const file = join(root, folder, name);
            return [...readFileSync(file, "utf8").matchAll(imported)].map(([, path = ""]) => ({
                file: relative(root, file),
                path: relative(root, join(dirname(file), path)),
            }));
        });
}

const lines = (imports: { file: string; path: string }[]) => imports.map(({ file, path }) => `${file}: ${path}`);

const floors = [shared, local].flatMap(({ folder, rooms }) =>
    rooms.map((room, floor) => ({ folder, room, below: rooms.slice(0, floor + 1) })),
);

test.each(floors)("$folder/$room imports nothing from a room above it", ({ folder, room, below }) => {
    expect(readdirSync(join(root, folder, room))).not.toEqual([]);
    const climbing = importsIn(join(folder, room))
        .filter(({ path }) => path.startsWith(`${folder}/`))
        .filter(({ path }) => !below.includes(path.split("/")[1] as string));
    expect(lines(climbing)).toEqual([]);
});

test("what runs reads the simulator through its interface, and what services store", () => {
    const across = importsIn("local/runtime").filter(({ path }) => path.startsWith("local/simulator"));
    expect(across.length).toBeGreaterThan(100);
    const others = across.filter(({ path }) => !/^local\/simulator(\/(apis|plugin|services\/.+))?$/.test(path));
    expect(lines(others)).toEqual([]);
});
