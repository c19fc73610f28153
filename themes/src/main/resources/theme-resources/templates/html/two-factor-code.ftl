<#import "template.ftl" as layout>
<@layout.emailLayout>
<p>${msg("two-factor-mail-" + kind + "-intro", realm)}</p>
<p dir="ltr" style="margin: 16px 0"><strong style="display: inline-block; padding: 12px 20px; border: 1px solid #8a8d90; border-radius: 6px; font-family: monospace; font-size: 28px; letter-spacing: 4px; user-select: all; -webkit-user-select: all">${code}</strong></p>
<p><#if minutes gt 0>${msg("two-factor-mail-valid-minutes", minutes)}<#else>${msg("two-factor-mail-valid-seconds", seconds)}</#if></p>
<p>${msg("two-factor-mail-" + kind + "-not-you")}</p>
<p>${msg("two-factor-mail-never-share")}</p>
<p><small>${msg("two-factor-mail-footer", realm)}</small></p>
</@layout.emailLayout>
