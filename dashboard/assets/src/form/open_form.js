/* The form that is open, or null. Every part of the page reads it here; only opening and leaving a form set it.
 *
 * key: unit, period and version. editor: names this opening. attempt: names the attempt to send. facts: what the server
 * said of the form. seen: the version of the draft that this window knows. pushed: entries as last sent, busy: until they
 * are answered; next: what is done after that, or null. unkept: this browser holds nothing of it.
 * unsent: what was said when it could not be sent, or ""; unsure: nobody knows whether it was recorded.
 */
export let form = null;

export function set_form(opened) {
  form = opened;
}
