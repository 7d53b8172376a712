/** The anchor of a heading as GitHub makes it, so that links to it work there and on the website. */
export function slug(heading) {
    return heading
        .trim()
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, "")
        .replace(/\s/g, "-");
}
