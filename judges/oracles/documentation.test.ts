import { readFileSync } from "node:fs";
import { join } from "node:path";
import { deployed } from "./documentation/deployed";
import { type Example, programs } from "./documentation/examples";
import { judge } from "./judge";

const exceptions = JSON.parse(readFileSync(join(__dirname, "documentation", "exceptions.json"), "utf8"));

/** The examples of the provider's documentation are programs: they come up, stay unchanged, and leave nothing. */
judge<Example>({ name: "documentation", cases: programs(), run: deployed, exceptions });
