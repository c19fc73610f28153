<#ftl output_format="plainText">
${msg("two-factor-mail-" + kind + "-intro", realm)}

${code}

<#if minutes gt 0>${msg("two-factor-mail-valid-minutes", minutes)}<#else>${msg("two-factor-mail-valid-seconds", seconds)}</#if>

${msg("two-factor-mail-" + kind + "-not-you")}

${msg("two-factor-mail-never-share")}

-- 
${msg("two-factor-mail-footer", realm)}
