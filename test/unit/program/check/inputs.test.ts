import fs, { statSync } from "node:fs";
import { join } from "node:path";
import { snapshot } from "../../../../lib/program/check/inputs";
import { folderOf } from "../../folders";

test("a file counts as changed during a check for as long as the clock of its file system can be late", () => {
    const file = join(folderOf({ "index.ts": "" }), "index.ts");
    const stats = statSync(file);
    const stat = jest.spyOn(fs, "statSync");
    const isRead = (ctimeMs: number, since: number) => {
        stat.mockReturnValue(Object.assign(Object.create(stats), { ctimeMs }));
        return snapshot({ files: new Set([file]), lookups: new Set(), listed: [] }, since) !== undefined;
    };
    // By a tick of the kernel, or by seconds where times are whole ones.
    expect([isRead(5001, 5021), isRead(5001, 5020.9)]).toEqual([true, false]);
    expect([isRead(5000, 7000), isRead(5000, 6999)]).toEqual([true, false]);
    stat.mockRestore();
});
