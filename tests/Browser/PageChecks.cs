using System.Text.Json;
using FourPerMille.Sensor.Gateway.Technician.Locales;
using Microsoft.Playwright;

namespace FourPerMille.Sensor.Browser;

/// <summary>What must hold of every page, looked for in the page as it stands in the browser.</summary>
static class PageChecks
{
    /// <summary>WCAG 2.2, 1.4.3: contrast of text, level AA.</summary>
    const double LeastContrast = 4.5;

    /// <summary>WCAG 2.2, 2.5.8: the least target of a finger, level AA, CSS pixels; words within a sentence are exempt.</summary>
    const int LeastTarget = 24;

    /// <summary>Faults of the page, a sentence each, and the bytes that it took from the line as it first showed, headers included, with nothing in the cache.</summary>
    public static async Task<(IReadOnlyList<string> Faults, int Transferred)> Look(IPage page, Language language)
    {
        var found = JsonSerializer.Deserialize<Found>(await page.EvaluateAsync<string>($"told => JSON.stringify({{ Faults: [...({Structure})(told), ...({Legible})(told.contrast)], Transferred: ({Transferred})() }})",
            new { language = language.Code, direction = language.Direction, target = LeastTarget, contrast = LeastContrast }))!;
        return (found.Faults, found.Transferred);
    }

    sealed record Found(string[] Faults, int Transferred);

    /// <summary>
    /// A part that was in the cache says its body only; 300 bytes stand for its headers, as the Resource Timing specification has it.
    /// </summary>
    const string Transferred = """
        () => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource').filter(part => part.initiatorType !== 'fetch')]
          .reduce((sum, part) => sum + Math.max(part.transferSize, part.encodedBodySize + 300), 0)
        """;

    /// <summary>Whatever the keyboard leads to without showing it. After a press of Tab the browser takes each further focus for the keyboard's, so the page is gone through in one go.</summary>
    public static async Task<IReadOnlyList<string>> InvisibleFocus(IPage page)
    {
        await page.Keyboard.PressAsync("Tab");
        return [.. (await page.EvaluateAsync<string[]>(Unseen)).Select(fault => $"{page.Url}: {fault}")];
    }

    /// <summary>
    /// Texts of the page, its labels and hints, with what stands in the brackets of a pseudo-language taken out: what remains was not taken from
    /// a language file. Elements marked translate="no", code, pre and what a record says are data.
    /// </summary>
    public static async Task<IReadOnlyList<string>> OutsideBrackets(IPage page) => JsonSerializer.Deserialize<string[]>(await page.EvaluateAsync<string>(Outside))!;

    /// <summary>The first stop leads past the places to what the page is about; each stop has an outline at least two pixels wide (WCAG 2.2, 2.4.1 and 2.4.7).</summary>
    const string Unseen = """
        () => {
          const faults = [];
          const name = e => `<${e.tagName.toLowerCase()}> "${(e.textContent || e.name || '').trim().slice(0, 40)}"`;
          if (!document.querySelector('[autofocus]') && !document.activeElement.matches('.skip')) faults.push(`the first stop is ${name(document.activeElement)}`);
          const stops = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]')].filter(e => e.tabIndex >= 0 && !e.disabled && e.checkVisibility());
          for (const e of stops) {
            e.focus();
            const style = getComputedStyle(e), box = e.getBoundingClientRect();
            if (document.activeElement !== e) faults.push(`cannot be focused: ${name(e)}`);
            else if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2 || box.right <= 0 || box.left >= innerWidth) faults.push(`focus cannot be seen: ${name(e)}`);
          }
          return faults;
        }
        """;

    const string Structure = """
        ({ language, direction, target }) => {
          const faults = [];
          const count = selector => document.querySelectorAll(selector).length;
          const root = document.documentElement;
          if (root.lang !== language || root.dir !== direction) faults.push(`says it is ${root.lang} ${root.dir}, but speaks ${language} ${direction}`);
          if (!document.title.trim()) faults.push('no title');
          for (const [selector, what] of [['h1', 'headings of the first order'], ['main', 'main parts'], ['body > header', 'headers'], ['body > footer', 'footers']])
            if (count(selector) !== 1) faults.push(`${count(selector)} ${what}`);
          for (const nav of document.querySelectorAll('nav')) if (!nav.getAttribute('aria-label')) faults.push('a navigation without a name');
          let level = 0;
          for (const h of document.querySelectorAll('h1, h2, h3, h4, h5, h6')) {
            const next = Number(h.tagName[1]);
            if (next > level + 1) faults.push(`a heading skips a level: "${h.textContent.trim().slice(0, 40)}"`);
            level = next;
          }
          const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
          for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i))) faults.push(`the name ${id} stands twice`);
          for (const picture of document.querySelectorAll('img, svg, canvas'))
            if (!picture.closest('[aria-hidden=true]') && !picture.getAttribute('alt') && !picture.getAttribute('aria-label') && !picture.querySelector('title') && !picture.getAttribute('aria-labelledby')) faults.push('a picture without words');
          for (const table of document.querySelectorAll('table')) if (!table.querySelector('th[scope]')) faults.push('a table without scoped headings');
          for (const e of document.querySelectorAll('button, input:not([type=hidden]), select, textarea, nav a, .button, .languages a')) {
            const box = e.getBoundingClientRect();
            if (box.width > 0 && e.checkVisibility() && (box.width < target || box.height < target) && !e.matches('[type=checkbox], [type=radio]')) faults.push(`too small for a finger (${box.width.toFixed()} x ${box.height.toFixed()}): "${(e.textContent || e.name).trim().slice(0, 40)}"`);
          }
          return faults;
        }
        """;

    const string Legible = """
        least => {
          const faults = [];
          const shown = e => e.checkVisibility({ visibilityProperty: true }) && e.getClientRects().length > 0;
          const name = e => `<${e.tagName.toLowerCase()}${e.className && e.className.baseVal === undefined ? ' class=' + e.className : ''}> "${(e.textContent || e.name || '').trim().slice(0, 40)}"`;
          const width = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth > width) {
            const wide = [...document.body.querySelectorAll('*')].filter(e => shown(e) && !e.closest('.scroll') && e.getBoundingClientRect().right > width + 1);
            faults.push(`wider than the screen (${document.documentElement.scrollWidth} > ${width}): ${wide.slice(0, 3).map(name).join('; ')}`);
          }
          for (const e of document.querySelectorAll('input:not([type=hidden]), select, textarea'))
            if (!(e.labels && [...e.labels].some(l => l.textContent.trim())) && !e.getAttribute('aria-label')) faults.push(`no label: ${name(e)}`);
          for (const e of document.querySelectorAll('button, a'))
            if (shown(e) && !e.textContent.trim() && !e.getAttribute('aria-label')) faults.push(`nothing to say to a screen reader: ${name(e)}`);

          const parse = text => { const n = (text.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number); return n.length > 3 ? n : [...n, 1]; };
          const over = (a, b) => [0, 1, 2].map(i => a[i] * a[3] + b[i] * (1 - a[3])).concat(1);
          const behind = e => { const layers = []; for (; e; e = e.parentElement) layers.push(parse(getComputedStyle(e).backgroundColor)); return layers.reverse().reduce((b, a) => over(a, b), [255, 255, 255, 1]); };
          const light = c => [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => { const s = c[i] / 255; return sum + weight * (s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4); }, 0);
          const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          const seen = new Set();
          while (walk.nextNode()) {
            const e = walk.currentNode.parentElement;
            if (!walk.currentNode.data.trim() || seen.has(e) || !shown(e) || ['SCRIPT', 'STYLE', 'TITLE', 'OPTION'].includes(e.tagName)) continue;
            seen.add(e);
            const style = getComputedStyle(e), ground = behind(e);
            const ink = over(parse(e instanceof SVGElement ? style.fill : style.color), ground);
            const [bright, dark] = [light(ink), light(ground)].sort((a, b) => b - a);
            const contrast = (bright + 0.05) / (dark + 0.05);
            if (contrast < least) faults.push(`contrast ${contrast.toFixed(2)}: ${name(e)}`);
            const box = e.getBoundingClientRect();
            if (style.overflowX !== 'visible' && style.overflowX !== 'auto' && e.scrollWidth > e.clientWidth + 1) faults.push(`clipped: ${name(e)}`);
            if (e instanceof HTMLElement && !e.closest('.scroll') && !e.matches('.skip, option') && box.width > 0 && (box.left < -1 || box.right > width + 1)) faults.push(`off the screen: ${name(e)}`);
            if (e instanceof SVGElement) {
              const frame = e.ownerSVGElement.getBoundingClientRect();
              if (box.left < frame.left - 1 || box.right > frame.right + 1) faults.push(`clipped in its chart, ${Math.max(frame.left - box.left, box.right - frame.right).toFixed()} pixels: ${name(e)}`);
            }
          }
          return faults;
        }
        """;

    const string Outside = """
        () => {
          const found = [];
          const strip = text => { let previous; do { previous = text; text = text.replace(/\[[^\[\]]*\]/g, ' '); } while (text !== previous); return text.trim(); };
          const isData = e => e.closest('[translate=no], code, pre, .tree, .languages, script, style');
          const walk = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
          while (walk.nextNode()) if (!isData(walk.currentNode.parentElement)) found.push(strip(walk.currentNode.data));
          for (const e of document.querySelectorAll('[aria-label], [placeholder], [title], input[value]'))
            if (!isData(e)) for (const a of ['aria-label', 'placeholder', 'title']) if (e.hasAttribute(a)) found.push(strip(e.getAttribute(a)));
          return JSON.stringify([...new Set(found)].filter(text => /\p{L}{3}/u.test(text)));
        }
        """;
}
