"""What both pages are looked at for."""

OVERLAPS = """() => {
    const found = [];
    for (const svg of document.querySelectorAll('svg.papi-svg')) {
        if (!svg.getClientRects().length) continue;
        const outer = svg.getBoundingClientRect();
        const words = [...svg.querySelectorAll('text')].map(t => [t.textContent,
            t.getBoundingClientRect()]);
        words.forEach(([a, r], i) => {
            const out = r.left < outer.left - 2 || r.right > outer.right + 2;
            if (out) found.push([a, 'outside']);
            words.slice(i + 1).forEach(([b, s]) => {
                const wide = Math.min(r.right, s.right) - Math.max(r.left, s.left);
                const high = Math.min(r.bottom, s.bottom) - Math.max(r.top, s.top);
                const small = Math.min(r.height, s.height);
                if (wide > 2 && high > small * 0.45) found.push([a, b]);
            });
        });
    }
    return found;
}"""


def violations(page) -> list:
    """What axe finds in the page with all its parts unfolded."""
    from axe_playwright_python.sync_playwright import Axe

    page.evaluate("() => document.querySelectorAll('details').forEach(d => d.open = true)")
    found = Axe().run(page).response
    assert len(found["passes"]) > 20
    return [
        (rule["id"], [node["html"][:120] for node in rule["nodes"][:3]])
        for rule in found["violations"]
    ]
