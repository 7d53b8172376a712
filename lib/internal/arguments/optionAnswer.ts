import { packageFile } from "../sources/packageFile";
import { isOption, optionsOf, pathsBelow } from "./checkTree";
import type { AnyCheck } from "./checkType";
import { isSameButForm, meaningsOf, meant, misspelled, plain } from "./optionNames";
import { yaml } from "./yaml";

/** Where an unknown option was given. */
export interface OptionPlace {
    /** The name of the component. */
    component: string;
    /** The check of the object that has the option. */
    here: AnyCheck;
    /** Whether these are the arguments of the component, not an object in them. */
    isTop: boolean;
}

/** What an unknown option is here: paths of options, or a sentence. */
type OptionAnswer = { options: string[] } | { sentence: string };

/** Names that options of many objects have, so that one that is nested does not say more of what was meant. */
const general = new Set(
    "description enabled end id key kind label labels location mode name parent path port ports prefix project region regions start title type value version zone".split(
        " ",
    ),
);

/** What an unknown option is here, as its error continues, if that is known: `; did you mean "scaling.max"?` */
export function optionAnswer(name: string, place: OptionPlace): string | undefined {
    const found = answerTo(name, place);
    return (
        found && ("sentence" in found ? found.sentence : `; did you mean ${found.options.map(quoted).join(" or ")}?`)
    );
}

const quoted = (text: string) => `"${text}"`;

function answerTo(name: string, { component, here, isTop }: OptionPlace): OptionAnswer | undefined {
    const known = optionsOf(here).map(([option]) => option);
    const isKnown = (each: string) => isOption(here, each.split("."));
    const same = known.find((option) => plain(option) === plain(name));
    if (same !== undefined) {
        return { options: [same] };
    }
    const ofComponent = isTop ? ofTables(name, component, isKnown) : undefined;
    if (ofComponent !== undefined) {
        return ofComponent;
    }
    const option = meant(name, known, (each) => known.includes(each.split(".")[0] as string) && isKnown(each));
    if (option !== undefined) {
        const part = optionsOf(here)
            .filter(([each]) => each === option)
            .flatMap(([, check]) => optionsOf(check))
            .find(([each]) => plain(each) === plain(name));
        return { options: [part ? `${option}.${part[0]}` : option] };
    }
    const below = nested(name, here);
    if (below.length > 0) {
        return { options: below };
    }
    const sentence = isTop ? everywhere(name) : undefined;
    const typed = sentence === undefined ? misspelled(name, known) : undefined;
    return sentence ?? (typed === undefined ? undefined : { options: [typed] });
}

/** The paths of options below with that name, with one of its meanings, or with its name in another form. */
function nested(name: string, here: AnyCheck): string[] {
    if (general.has(plain(name))) {
        return [];
    }
    const meanings = meaningsOf(name).map((each) => each.split(".").at(-1));
    const wanted = [
        (option: string) => plain(option) === plain(name),
        (option: string) => meanings.includes(option) && !general.has(option),
        (option: string) => plain(name).length > 3 && isSameButForm(name, option),
    ];
    for (const isWanted of wanted) {
        const found = pathsBelow(here, isWanted);
        if (found.length > 0) {
            return found.length > 3 ? [] : found;
        }
    }
    return [];
}

/** The tables of `docs/equivalents`, as far as errors use them. */
interface Table {
    everywhere?: Record<string, string>;
    sections?: { component: string; arguments?: Record<string, string>; without?: Record<string, string> }[];
}

/** What options of other tools are here, by component and option. The first error reads the tables. */
let tables: { everywhere: Map<string, string>; components: Map<string, Map<string, string>> } | undefined;

const files = ["words", "fabric", "google", "gcloud", "serverless"];

function readTables() {
    const everywhere = new Map<string, string>();
    const components = new Map<string, Map<string, string>>();
    const add = (texts: Map<string, string>, option: string, text: string) => {
        if (!texts.has(plain(option)) && !/see the next rows/.test(text)) {
            texts.set(plain(option), text);
        }
    };
    const parsed = files.map(
        (file): Table => yaml().parse(packageFile("docs", "equivalents", `${file}.yaml`), { merge: true }),
    );
    // The words in the data files of components, which `npm run index` collects.
    const words: Table = JSON.parse(packageFile("docs", "equivalents", "words.json"));
    for (const table of [words, ...parsed]) {
        for (const [option, text] of Object.entries(table.everywhere ?? {})) {
            add(everywhere, option, text);
        }
        const rows = (table.sections ?? []).map(({ component, arguments: found, without }) => {
            const texts = components.get(component) ?? new Map<string, string>();
            components.set(component, texts);
            return { texts, options: Object.entries({ ...found, ...without }) };
        });
        for (const { texts, options } of rows) {
            for (const [option, text] of options) {
                add(texts, option, text);
            }
        }
        // The last name of a path, such as `boot_disk.source.image`, is the guess of someone who does not know the path here.
        for (const { texts, options } of rows) {
            for (const [option, text] of options) {
                add(texts, option.slice(option.lastIndexOf(".") + 1), text);
            }
        }
    }
    return { everywhere, components };
}

/** Names of arguments, as the tables have them where no text is needed. */
const isNames = (text: string) => /^[\w.<>]+(, [\w.<>]+)*$/.test(text);

function ofTables(name: string, component: string, isKnown: (path: string) => boolean): OptionAnswer | undefined {
    tables ??= readTables();
    const text = tables.components.get(component)?.get(plain(name));
    return text === undefined ? undefined : answer(text, isKnown);
}

function everywhere(name: string): OptionAnswer | undefined {
    const text = tables?.everywhere.get(plain(name));
    return text === undefined ? undefined : answer(text, () => true);
}

function answer(text: string, isKnown: (path: string) => boolean): OptionAnswer | undefined {
    if (isNames(text)) {
        const options = text.split(", ").filter((each) => /^[A-Z]/.test(each) || isKnown(each));
        return options.length === 0 ? undefined : { options };
    }
    const isSentence = /^[A-Z]/.test(text) || /^`transform\S*` /.test(text);
    return { sentence: isSentence ? `. ${text.replace(/\.$/, "")}` : `; here it is ${text}` };
}
