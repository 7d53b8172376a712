import { join } from "node:path";
import { folderOf } from "../folders";
import { exitOf, start } from "../local/process";

/** Loads the package in a program that is compiled with a version of TypeScript, as Pulumi does. */
const loaded = (compiler: string, isTypeScript = true) =>
    exitOf(
        start(
            `process.env.PULUMI_NODEJS_TYPESCRIPT = "${isTypeScript}";
require(${JSON.stringify(compiler)});
try {
    require("./lib/stack/compiler").refuseOldCompiler();
    console.log("accepted");
} catch (error) {
    console.log(error.message, require("@pulumi/pulumi").RunError.isInstance(error));
}`,
        ),
    );

const own = "@pulumi/pulumi/vendor/typescript@3.8.3/typescript.js";

test("a program that Pulumi compiles with its own TypeScript is refused, as that does not check arguments", async () => {
    expect((await loaded(own)).output).toBe(
        "slipway: TypeScript 3.8.3 cannot check the arguments of components: 5.0 or newer is needed. Pulumi uses 3.8 if the program has no " +
            "TypeScript of its own. Run 'npm install --save-dev typescript'. [stack/typescript-too-old] true\n",
    );
});

test.each([
    ["4.9.5", "slipway: TypeScript 4.9.5 cannot check the arguments of components"],
    ["5.0.4", "accepted"],
])("of TypeScript %s, the program is told: %s", async (version, text) => {
    const folder = folderOf({ "typescript/lib/typescript.js": `exports.version = "${version}";` });
    const { output } = await loaded(join(folder, "typescript", "lib", "typescript.js"));
    expect(output.startsWith(text)).toBe(true);
});

test("a program with a TypeScript of its own, or in JavaScript, is accepted", async () => {
    expect((await loaded("typescript")).output).toBe("accepted\n");
    expect((await loaded(own, false)).output).toBe("accepted\n");
});
