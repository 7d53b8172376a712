import { join } from "node:path";
import { run } from "../../local/toolchain/process";
import { pythonWith } from "../../local/toolchain/python";

const queries = join(__dirname, "..", "..", "local", "runtime", "services", "bigquery", "queries");

test("googlesql: no query is answered otherwise than by GoogleSQL", async () => {
    const python = await pythonWith(join(queries, "engine"));
    const env = { PATH: process.env.PATH, PYTHONDONTWRITEBYTECODE: "1" };
    const output = await run(python, [join(__dirname, "googlesql", "judge.py"), queries], { env });
    expect(JSON.parse(output)).toEqual({
        open: { right: 590, refused: 118 },
        held: { right: 174, refused: 17 },
        failures: [],
    });
}, 240_000);
