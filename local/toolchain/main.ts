/** `node dist/local/toolchain/main.js [tool…]`: installs the named tools, or all, and prints their folders. */
import { install, tools } from ".";

async function main(): Promise<void> {
    const named = process.argv.slice(2);
    for (const tool of named.length > 0 ? named : tools()) {
        console.log(await install(tool, console.error));
    }
}

main().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
});
