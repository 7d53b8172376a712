import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { Deployment } from "../../deploy/deployment";
import { ofGenerator } from "../../unit/componentData";

/** What a program does to each of its components: see `changedModule.js`. */
export type Change = "rename" | "move" | "moveWithoutAlias" | "update";

/** Changes each component of a program, by other modules in the place of `slipway` and `slipway/gke`. */
export function changeComponents(deployment: Deployment, change: Change): void {
    const { folder } = deployment.place;
    copyFileSync(join(__dirname, "changedModule.js"), join(folder, "changedModule.js"));
    writeFileSync(join(folder, "names.json"), namesOfComponents());
    writeFileSync(join(folder, "renamed.txt"), "");
    for (const file of sources(folder)) {
        deployment.edit(file, (text) =>
            text.replaceAll(/from "(slipway(\/gke)?)"/g, (_, id: string) => {
                const module = `${id.replace("/", "-")}.js`;
                writeFileSync(
                    join(folder, module),
                    `module.exports = require("./changedModule")("${id}", "${change}");\n`,
                );
                return `from "./${join(relative(dirname(join(folder, file)), folder), module)}"`;
            }),
        );
    }
}

/** What keeps the names of components in Google Cloud, by their classes. */
const namesOfComponents = (): string =>
    JSON.stringify(
        Object.fromEntries(
            Object.entries(ofGenerator<Record<string, { names?: unknown }>>("components(process.cwd())")).map(
                ([component, { names }]) => [component, names],
            ),
        ),
    );

/** The program's sources. Unlike a recursive listing, this does not follow the link to the packages, which are those of this repository. */
const sources = (folder: string, part = ""): string[] =>
    readdirSync(join(folder, part), { withFileTypes: true }).flatMap((each) => {
        const path = join(part, each.name);
        return each.isDirectory() ? sources(folder, path) : each.isFile() && /\.ts$/.test(each.name) ? path : [];
    });

/** The classes of the components that a program has constructed. */
export const changedComponents = ({ place }: Deployment): string[] =>
    readFileSync(join(place.folder, "renamed.txt"), "utf8").trim().split("\n");
